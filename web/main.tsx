import { Route } from "@solidjs/router";
import { render } from "solid-js/web";
import { Dashboard } from "./dashboard/dashboard.tsx";
import { AddressRouter } from "./router.tsx";

const app = document.getElementById("app");
if (app === null) throw new Error("index.html has no #app");
render(
  () => (
    <AddressRouter>
      <Route path="/" component={Dashboard} />
    </AddressRouter>
  ),
  app,
);
