import { Hono } from "hono";

// Ponder asks for an API; the bench reads the database itself.
export default new Hono();
