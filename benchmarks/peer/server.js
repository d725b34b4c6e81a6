// The same chat as an idiomatic Socket.IO server: a room per user, the Redis adapter between
// processes, one SQL statement per message, acknowledged once it is committed.
import { createServer } from "node:http";

import { createAdapter } from "@socket.io/redis-adapter";
import pg from "pg";
import { Server } from "socket.io";

const STORE = {
  name: "store-message",
  text: `
    with taken as (
      update chat set last_number = last_number + 1
      where id = $1 and $2 in (low, high)
      returning id, last_number, low + high - $2 as peer
    )
    insert into message (chat_id, number, sender_id, text)
    select id, last_number, $2, $3 from taken
    returning number, created_at, (select peer from taken) as peer`,
};

// "redis" or "redis-4": an older client, which is faster under some loads and slower under others.
const { createClient } = await import(process.env.REDIS_CLIENT ?? "redis");
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const publisher = createClient({ url: process.env.REDIS_URL });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

const server = createServer();
const io = new Server(server, {
  transports: ["websocket"],
  adapter: createAdapter(publisher, subscriber),
});

// Who connects is taken on trust: logging in is no part of what is measured.
io.use((socket, next) => {
  socket.data.user = socket.handshake.auth.user;
  next(socket.data.user ? undefined : new Error("unauthenticated"));
});

io.on("connection", (socket) => {
  const { user } = socket.data;
  socket.join(`user:${user}`);

  socket.on("message", async ({ chat, text }, acknowledge) => {
    try {
      const { rows } = await pool.query({ ...STORE, values: [chat, user, text] });
      if (rows.length === 0) return acknowledge({ error: "not_found" });
      const { number, created_at, peer } = rows[0];
      io.to(`user:${peer}`).emit("message", { chat, number, sender: user, text, created_at });
      acknowledge({ number });
    } catch {
      acknowledge({ error: "unavailable" });
    }
  });
});

process.on("SIGTERM", () => process.exit(0));
server.listen(Number(process.env.PORT), "127.0.0.1");
