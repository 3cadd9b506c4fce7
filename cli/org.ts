import { userInfo } from "node:os";
import type { Place } from "../db/places.ts";
import { placeOf, readPlace } from "../worker/accounts/queries.ts";
import { openLocalDatabase } from "./local-database.ts";
import { Misuse } from "./misuse.ts";
import { cancelMove, moveOrganisation, nameOf } from "./org/move.ts";
import { ORG_USAGE, type OrgOptions, readOrgOptions } from "./org/options.ts";
import { closedHere, moveOf, organisationHere, readClosed, readCount, readMove } from "./org/queries.ts";
import type { Compared } from "./org/verify.ts";
import { openWorld, type World } from "./org/world.ts";

export const orgVerb = {
  usage: ORG_USAGE,
  run: (args: readonly string[]) => organisation(readOrgOptions(args, process.env)),
};

const say = (line: string) => process.stdout.write(`${line}\n`);

async function organisation(options: OrgOptions): Promise<number> {
  const { directory } = options;
  if (directory.kind === "database") {
    return carryOut(openWorld(directory.address, directory.group), options);
  }
  const { address, group, release } = await openLocalDatabase(directory.dataFolder);
  try {
    return await carryOut(openWorld(address, group), options);
  } finally {
    await release();
  }
}

async function carryOut(world: World, options: OrgOptions): Promise<number> {
  const { org, order } = options;
  switch (order.kind) {
    case "where":
      return where(world, org);
    case "cancel":
      say(
        (await cancelMove(world, org))
          ? "Given up: nothing has changed place."
          : "There is no move to give up.",
      );
      return 0;
    case "move":
      return move(world, options, order.target);
  }
}

async function where(world: World, org: string): Promise<number> {
  const [known, found, moving] = await world
    .at(null)
    .read([organisationHere(org), placeOf(org), moveOf(org)]);
  if (readCount(known) === 0) throw new Misuse(`There is no organisation ${org}.`);
  const place = readPlace(found);
  say(nameOf(place));
  const begun = readMove(moving);
  if (begun !== null) say(`A move to ${nameOf(begun.target)} is ${begun.state}.`);
  const [closed] = await world.at(place).read([closedHere(org)]);
  if (readClosed(closed) !== null) say("Nobody writes at the moment.");
  return 0;
}

async function move(world: World, options: OrgOptions, target: Place): Promise<number> {
  const { org, graceMs } = options;
  const compared = await moveOrganisation(world, {
    org,
    target,
    graceMs,
    by: options.by ?? userInfo().username,
    done: (step, words) => void say(`${step}: ${words}`),
  });
  for (const one of compared ?? []) say(lineOf(one));
  say(`The call data of ${org} is in ${nameOf(target)}.`);
  return 0;
}

function lineOf({ table, source: { rows, digest } }: Compared): string {
  return `  ${table.padEnd(16)} ${String(rows).padStart(9)} rows  sha256 ${digest.slice(0, 16)}`;
}
