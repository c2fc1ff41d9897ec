using System.Buffers.Binary;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>Damages frames in the ways that a broken or hostile client does. The same seed damages in the same way.</summary>
internal sealed class FrameMutator(IReadOnlyList<byte[]> seeds, Random random)
{
    /// <summary>Of so many frames one lies about its length; what follows a lie is read as something else.</summary>
    private const int LiesOneIn = 60;

    // First bytes of values, above all of those that announce more than is there.
    private static readonly byte[] Codes =
    [
        0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB,
        0xCC, 0xCF, 0xD0, 0xD3, 0xD4, 0xD8, 0xD9, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF, 0xFF,
    ];

    // Whole headers that announce lists, texts and bytes of a size that nobody sends.
    private static readonly byte[][] Claims =
    [
        [0xDC, 0x27, 0x10], [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0xDD, 0x7F, 0xFF, 0xFF, 0xFF], [0xDE, 0xFF, 0xFF],
        [0xDF, 0xFF, 0xFF, 0xFF, 0xFF], [0xDB, 0xFF, 0xFF, 0xFF, 0xFF], [0xDA, 0x10, 0x00],
        [0xC6, 0x00, 0x80, 0x00, 0x00], [0xC6, 0xFF, 0xFF, 0xFF, 0xFF], [0xC9, 0x7F, 0xFF, 0xFF, 0xFF, 0x01],
    ];

    /// <summary>One damaged frame, with its length before it.</summary>
    public byte[] Next()
    {
        var payload = new List<byte>(Payload());
        for (var times = random.Next(3) > 0 ? 1 : random.Next(2, 4); times > 0 && payload.Count > 0; times--)
        {
            Damage(payload);
        }

        if (payload.Count == 0)
        {
            payload.Add(0xC0);
        }

        var frame = RawFrames.WithLength([.. payload]);
        if (random.Next(LiesOneIn) == 0)
        {
            Lie(frame);
        }

        return frame;
    }

    private byte[] Payload() => seeds[random.Next(seeds.Count)][FrameReader.PrefixBytes..];

    private void Damage(List<byte> payload)
    {
        // Mostly behind api, version and correlation id: a damaged header ends the connection, and with it the test's.
        var first = payload.Count > 5 && random.Next(6) > 0 ? 4 : 0;
        var at = random.Next(first, payload.Count);
        switch (random.Next(16))
        {
            case < 7:
                payload[at] ^= (byte)(1 << random.Next(8));
                break;
            case 7 or 8:
                payload[at] = (byte)random.Next(256);
                break;
            case 9:
                payload[at] = Codes[random.Next(Codes.Length)];
                break;
            case 10:
                payload.RemoveRange(at, payload.Count - at);
                break;
            case 11:
                payload.RemoveRange(at, random.Next(1, Math.Min(9, payload.Count - at + 1)));
                break;
            case 12:
                payload.InsertRange(at, Noise(random.Next(1, 9)));
                break;
            case 13:
                Splice(payload, at);
                break;
            case 14:
                payload.InsertRange(at, Claims[random.Next(Claims.Length)]);
                break;
            default:
                payload.InsertRange(at, Bomb());
                break;
        }
    }

    /// <summary>Goes on with the end of another frame.</summary>
    private void Splice(List<byte> payload, int at)
    {
        var other = Payload();
        payload.RemoveRange(at, payload.Count - at);
        payload.AddRange(other.AsSpan(random.Next(other.Length)));
    }

    /// <summary>Lists in lists in lists, or maps.</summary>
    private IEnumerable<byte> Bomb() =>
        Enumerable.Repeat(random.Next(2) == 0 ? (byte)0x91 : (byte)0x81, random.Next(2, 2000));

    private byte[] Noise(int count)
    {
        var noise = new byte[count];
        random.NextBytes(noise);
        return noise;
    }

    private void Lie(byte[] frame)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, random.Next(6) switch
        {
            0 => 0,
            1 => uint.MaxValue,
            2 => (uint)random.Next(),
            3 => length + (uint)random.Next(1, 100),
            4 => length - (uint)random.Next(1, (int)length + 1),
            _ => 8 << 20,
        });
    }
}
