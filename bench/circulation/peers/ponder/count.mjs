// How many transfers Ponder has stored: count.mjs DATABASE
import { PGlite } from "@electric-sql/pglite";

const database = new PGlite(process.argv[2]);
const { rows } = await database.query("select count(*)::int as rows from bench.transfer");
console.log(rows[0].rows);
await database.close();
