using ClusterLog.MessagePack.Tests.Values;

namespace ClusterLog.MessagePack.Tests.Interop;

/// <summary>
/// Our codec against somebody else's, in both directions, over the edges of the format and generated values. A test of
/// ours alone would not see an error that the writer and the reader share.
/// </summary>
public abstract class InteropTests(InteropPeer peer)
{
    private const int TextMax = 300;

    /// <summary>The value as it is in the peer's language.</summary>
    internal abstract MessagePackValue Normalize(MessagePackValue value);

    [Fact]
    public void Decode_WhatWeEncode_IsTheSameValueToThem() => AssertAll(
        example => "ok " + Normalize(example.Value), example => example.TheirDecoding);

    [Fact]
    public void Read_WhatTheyEncode_IsTheSameValueToUs() => AssertAll(
        example => Normalize(example.Value).ToString(), example => DecodeTheirs(example.TheirEncoding));

    [Fact]
    public void Read_WhatTheyReadAndEncodeAgain_IsTheSameValueToUs() => AssertAll(
        example => Normalize(example.Value).ToString(), example => DecodeTheirs(example.TheirRecoding));

    [Fact]
    public void Encode_ValueOfOneEncoding_IsTheSameBytesInBoth() => AssertAll(
        example => "ok " + Codec.Hex(example.Encoded), example => example.TheirEncoding, IsCanonical);

    [Fact]
    public void Write_WhatWeReadFromThem_IsTheSameBytesAgain() => AssertAll(
        example => example.TheirEncoding, example => "ok " + RecodeOurselves(example.TheirEncoding), IsCanonical);

    /// <summary>Whether the peer keeps every number's kind, so that each value has one smallest encoding.</summary>
    private bool IsCanonical(InteropCase example) =>
        Normalize(example.Value).ToString() == example.Value.ToString() &&
        !InteropValues.Contains(example.Value, part => part is DoubleValue { Value: double.NaN });

    private static string DecodeTheirs(string answer)
    {
        if (!answer.StartsWith("ok ", StringComparison.Ordinal))
        {
            return answer;
        }

        var read = Codec.Read(Codec.Bytes(answer[3..]), ValueCodec.Read);
        return read.Error ?? read.Value.ToString();
    }

    private static string RecodeOurselves(string answer)
    {
        var read = Codec.Read(Codec.Bytes(answer[3..]), ValueCodec.Read);
        return read.Error ?? Codec.Hex(ValueCodec.Encode(read.Value));
    }

    private static string Shorten(string text) => text.Length <= TextMax ? text : text[..TextMax] + "...";

    private void AssertAll(
        Func<InteropCase, string> expected, Func<InteropCase, string> actual, Func<InteropCase, bool>? where = null)
    {
        if (peer.MissingReason is not null)
        {
            Assert.Skip(peer.MissingReason);
        }

        var examples = peer.Cases.Where(where ?? (_ => true)).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"{examples.Length} values, seed {peer.Seed}");
        var failures = examples.Where(example => expected(example) != actual(example)).Take(3).Select(example =>
            $"{Shorten(example.Value.ToString())}: expected {Shorten(expected(example))}, " +
            $"found {Shorten(actual(example))}").ToArray();
        Assert.True(failures.Length == 0, $"Seed {peer.Seed}:\n{string.Join('\n', failures)}");
        Assert.True(examples.Length > EdgeValues.All.Count / 2, $"Only {examples.Length} values were compared.");
    }
}
