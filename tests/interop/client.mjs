#!/usr/bin/env node
// A ClusterLog client in JavaScript, on nothing but a stock MessagePack library and docs/protocol.md.
//
// Usage: client.mjs HOST:PORT TOPIC COUNT
// Creates TOPIC with 3 partitions unless it exists, produces COUNT records, fetches them back and compares. Then the same
// with a compacted topic of one partition, TOPIC-keys, whose keys are asked for.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { decode, decodeMulti, encode } from '@msgpack/msgpack';

const api = { handshake: 0, metadata: 1, createTopic: 2, produce: 5, fetch: 6, initProducer: 9, get: 10 };
const topicAlreadyExists = 13;
const keyRequired = 31;
const transient = new Set([7, 8, 9, 10, 17, 18, 26, 27, 28]);

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = (byte >>> 1) ^ (byte & 1 ? 0x82f63b78 : 0);
  return byte;
});
function crc32c(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

class BrokerError extends Error {
  constructor(code, message) {
    super(`error ${code}: ${message}`);
    this.code = code;
  }
}

/** One connection to one broker; requests may overlap, the correlation id tells their responses apart. */
class Connection {
  #socket;
  #waiting = new Map();
  #correlation = 0;
  #received = Buffer.alloc(0);

  static async open(host, port) {
    const connection = new Connection();
    connection.#socket = net.connect(port, host);
    connection.#socket.on('data', (data) => connection.#receive(data));
    connection.#socket.on('error', (error) => connection.#waiting.forEach(({ reject }) => reject(error)));
    await connection.call(api.handshake, 'javascript-interop', '1');
    return connection;
  }

  call(key, ...body) {
    const correlation = ++this.#correlation;
    const frame = encode([key, 1, correlation, ...body]);
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32LE(frame.length);
    this.#socket.write(Buffer.concat([prefix, frame]));
    return new Promise((resolve, reject) => this.#waiting.set(correlation, { resolve, reject }));
  }

  close() {
    this.#socket.end();
  }

  #receive(data) {
    this.#received = Buffer.concat([this.#received, data]);
    while (this.#received.length >= 4 && this.#received.length >= 4 + this.#received.readUInt32LE()) {
      const end = 4 + this.#received.readUInt32LE();
      const [correlation, error, ...answer] = decode(this.#received.subarray(4, end));
      this.#received = this.#received.subarray(end);
      const { resolve, reject } = this.#waiting.get(correlation);
      this.#waiting.delete(correlation);
      if (error) reject(new BrokerError(error, answer[0]));
      else resolve(answer);
    }
  }
}

function encodeBatch(values, producerId, epoch, sequence) {
  return encodeKeyed(values.map((value) => [null, value]), producerId, epoch, sequence);
}

function encodeKeyed(values, producerId, epoch, sequence) {
  const records = Buffer.concat(values.map(([key, value]) => encode([0, key, value, null])));
  const batch = Buffer.concat([Buffer.alloc(72), records]);
  const now = BigInt(Date.now());
  batch.writeInt32LE(batch.length, 20);
  batch.writeUInt8(1, 24);
  batch.writeInt32LE(values.length - 1, 28);
  batch.writeBigInt64LE(now, 32);
  batch.writeBigInt64LE(now, 40);
  batch.writeBigInt64LE(BigInt(producerId), 48);
  batch.writeInt32LE(epoch, 56);
  batch.writeInt32LE(sequence, 60);
  batch.writeInt32LE(values.length, 64);
  batch.writeUInt32LE(crc32c(batch.subarray(20)), 16);
  return batch;
}

function decodeBatch(bytes) {
  const batch = Buffer.from(bytes);
  assert.equal(batch.readInt32LE(20), batch.length);
  assert.equal(batch.readUInt32LE(16), crc32c(batch.subarray(20)));
  const baseOffset = Number(batch.readBigInt64LE(0));
  const compacted = (batch.readUInt16LE(26) & (1 << 8)) !== 0;
  const records = [...decodeMulti(batch.subarray(compacted ? 80 : 72))].map((record, i) => (
    { offset: baseOffset + (compacted ? record[4] : i), key: record[1], value: record[2] }));
  assert.equal(records.length, batch.readInt32LE(64));
  return { records, next: baseOffset + batch.readInt32LE(28) + 1 };
}

class Client {
  #leaders = new Map();
  constructor(bootstrap) { this.bootstrap = bootstrap; }

  async atLeader(topic, partition, key, ...body) {
    for (let attempt = 0; attempt < 100; attempt++) {
      const [, , , brokers, [[, , , partitions]]] = await this.bootstrap.call(api.metadata, [topic]);
      const broker = brokers.find(([id]) => id === partitions[partition]?.[1]);
      try {
        if (!broker) throw new BrokerError(18, 'no leader');
        const [id, host, port] = broker;
        if (!this.#leaders.has(id)) this.#leaders.set(id, await Connection.open(host, port));
        return await this.#leaders.get(id).call(key, ...body);
      } catch (error) {
        if (!transient.has(error.code)) throw error;
        await delay(Math.min(1000, 20 * 2 ** attempt));
      }
    }
    throw new Error(`${topic}/${partition} stayed unavailable`);
  }

  close() {
    [this.bootstrap, ...this.#leaders.values()].forEach((connection) => connection.close());
  }
}

/** Batches out of which a broker took records: offsets have holes, and the next batch is told by the header. */
function checkCompactedBatches() {
  const lines = readFileSync(new URL('../ClusterLog.Protocol.Tests/Golden/frames.hex', import.meta.url), 'utf8').split('\n');
  const golden = Object.fromEntries(lines.filter(Boolean).map((line) => line.split(' ')));
  const { records, next } = decodeBatch(Buffer.from(golden['Batch.Compacted'], 'hex'));
  assert.deepEqual([records.map((record) => record.offset), next], [[41, 43], 44]);
  assert.deepEqual(decodeBatch(Buffer.from(golden['Batch.Dead'], 'hex')), { records: [], next: 44 });
}

async function checkKeys(client, name, size) {
  await client.bootstrap.call(api.createTopic, name, 1, 0, 10_000, { cleanup: 'compact' })
    .catch((error) => assert.equal(error.code, topicAlreadyExists));
  const [id, idEpoch] = await client.bootstrap.call(api.initProducer, 'javascript-interop');
  const pairs = Array.from({ length: size }, (_, i) => [Buffer.from(`key-${i % 10}`), Buffer.from(`value ${i}`)]);
  pairs.push([Buffer.from('key-0'), null]);
  await client.atLeader(name, 0, api.produce, name, 0, 2, 10_000, encodeKeyed(pairs, id, idEpoch, 0));
  for (const [key, value] of new Map(pairs.map(([key, value]) => [key.toString(), value]))) {
    const [offset, batch] = await client.atLeader(name, 0, api.get, name, 0, Buffer.from(key), 10_000);
    if (value === null) {
      assert.deepEqual([offset, batch.length], [-1, 0]);
    } else {
      const found = decodeBatch(batch).records.find((record) => record.offset === offset);
      assert.deepEqual([Buffer.from(found.key).toString(), Buffer.from(found.value)], [key, value]);
    }
  }
  const refused = client.atLeader(name, 0, api.produce, name, 0, 2, 10_000, encodeBatch([Buffer.from('no key')], -1, -1, -1));
  await assert.rejects(refused, (error) => error.code === keyRequired);
}

const [address, topic, count] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const [host, port] = address.split(':');
const client = new Client(await Connection.open(host, Number(port)));
checkCompactedBatches();
await checkKeys(client, `${topic}-keys`, Math.max(20, count));
await client.bootstrap.call(api.createTopic, topic, 3, 0, 10_000).catch((error) => assert.equal(error.code, topicAlreadyExists));
const [producerId, epoch] = await client.bootstrap.call(api.initProducer, 'javascript-interop');
for (let partition = 0; partition < 3; partition++) {
  const sent = Array.from({ length: count }, (_, i) => Buffer.from(`${topic} ${partition} ${i} é`));
  const batch = encodeBatch(sent, producerId, epoch, 0);
  const produce = () => client.atLeader(topic, partition, api.produce, topic, partition, 2, 10_000, batch);
  const [offset, duplicate] = await produce();
  assert.deepEqual([duplicate, await produce()], [false, [offset, true]]);
  const received = [];
  for (let position = offset; position < offset + count;) {
    const [[answer]] = await client.atLeader(
      topic, partition, api.fetch, 1000, 1, 1 << 20, [[topic, partition, position, 1 << 20]]);
    assert.equal(answer[2], 0);
    for (const { records, next } of answer[5].map(decodeBatch)) {
      received.push(...records.filter((record) => record.offset >= position));
      position = next;
    }
  }
  assert.deepEqual(received.map((record) => Buffer.from(record.value)), sent);
}
client.close();
console.log(`ok: ${3 * count} records of ${topic} came back as they were sent`);
