/** What the package offers to programs; index.d.ts says it in types without our sources. */
export { verifyReceipt } from "../../worker/ledger/verify-receipt.ts";
