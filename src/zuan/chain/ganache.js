// Runs Ganache with its state in memory (its documented `database.db` option): twice as fast as the files that its own
// command line keeps, and nothing is left on disk. Arguments: node_modules folder, port, JSON of the other options.
"use strict";

const path = require("path");

const [modules, port, options] = process.argv.slice(2);
const load = (name) => require(path.join(modules, name));

const settings = JSON.parse(options);
try {
  settings.database = { db: load("memdown")() };
} catch {
  // A Ganache installed alone keeps its files in the temporary folder.
}
load("ganache")
  .server(settings)
  .listen(Number(port), "127.0.0.1", (error) => {
    console.log(error ? String(error) : "listening");
    if (error) process.exit(1);
  });
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
