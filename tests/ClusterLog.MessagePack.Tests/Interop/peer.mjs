// Answers questions about MessagePack by @msgpack/msgpack, so that tests can compare it with ClusterLog's codec.
//
// The argument is the folder whose node_modules holds the package. Reads one question a line, answers each with one:
//     decode HEX    ->  ok TAGGED     what the bytes hold
//     encode TAGGED ->  ok HEX        the value in the package's encoding
//     recode HEX    ->  ok HEX        decoded and encoded again
// or "error TEXT". TAGGED is JSON as MessagePackValue.ToString writes it.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(join(process.argv[2], "package.json"));
const {
  Decoder, Encoder, ExtData, ExtensionCodec, decodeTimestampToTimeSpec, encodeTimeSpecToTimestamp,
} = require("@msgpack/msgpack");

class Timestamp {
  constructor(sec, nsec) {
    this.sec = sec;
    this.nsec = nsec;
  }
}

// The package's own codec of timestamps makes a Date of them, which has no nanoseconds.
const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: -1,
  encode: (value) => (value instanceof Timestamp ? encodeTimeSpecToTimestamp(value) : null),
  decode: (data) => {
    const { sec, nsec } = decodeTimestampToTimeSpec(data);
    return new Timestamp(sec, nsec);
  },
});

// With useBigInt64, integers of 64 bits are BigInt in both directions, and lose nothing.
const encoder = new Encoder({ extensionCodec, useBigInt64: true });
const decoder = new Decoder({ extensionCodec, useBigInt64: true });

const hex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");

function tagNumber(value) {
  if (Number.isSafeInteger(value)) {
    return ["i", (Object.is(value, -0) ? 0 : value).toString()];
  }
  if (Number.isNaN(value)) {
    return ["f", "nan"];
  }
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return ["f", bytes.toString("hex")];
}

function tag(value) {
  if (value === null) return ["n"];
  switch (typeof value) {
    case "boolean": return ["b", value];
    case "bigint": return ["i", value.toString()];
    case "number": return tagNumber(value);
    case "string": return ["s", Buffer.from(value, "utf8").toString("hex")];
  }
  if (value instanceof Uint8Array) return ["x", hex(value)];
  if (value instanceof Timestamp) return ["t", value.sec.toString(), value.nsec];
  if (value instanceof ExtData) return ["e", value.type, hex(value.data)];
  if (Array.isArray(value)) return ["a", value.map(tag)];
  return ["m", Object.entries(value).map(([key, item]) => [tag(key), tag(item)])];
}

function untagInteger(text) {
  const value = BigInt(text);
  return value >= -(2n ** 31n) && value < 2n ** 32n ? Number(value) : value;
}

function untag([kind, ...rest]) {
  switch (kind) {
    case "n": return null;
    case "b": return rest[0];
    case "i": return untagInteger(rest[0]);
    case "f": return rest[0] === "nan" ? NaN : Buffer.from(rest[0], "hex").readDoubleBE();
    case "s": return Buffer.from(rest[0], "hex").toString("utf8");
    case "x": return new Uint8Array(Buffer.from(rest[0], "hex"));
    case "t": return new Timestamp(Number(rest[0]), rest[1]);
    case "e": return new ExtData(rest[0], new Uint8Array(Buffer.from(rest[1], "hex")));
    case "a": return rest[0].map(untag);
    case "m": return Object.fromEntries(rest[0].map(([key, item]) => [untag(key), untag(item)]));
    default: throw new Error(`no such tag: ${kind}`);
  }
}

function answer(line) {
  const space = line.indexOf(" ");
  const argument = line.slice(space + 1);
  switch (line.slice(0, space)) {
    case "decode": return JSON.stringify(tag(decoder.decode(Buffer.from(argument, "hex"))));
    case "encode": return hex(encoder.encode(untag(JSON.parse(argument))));
    case "recode": return hex(encoder.encode(decoder.decode(Buffer.from(argument, "hex"))));
    default: throw new Error(`no such question: ${line}`);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    process.stdout.write(`ok ${answer(line)}\n`);
  } catch (error) {
    process.stdout.write(`error ${String(error).replaceAll("\n", " ")}\n`);
  }
}
