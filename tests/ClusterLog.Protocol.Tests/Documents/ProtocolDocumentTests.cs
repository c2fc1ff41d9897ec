using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;
using ClusterLog.Testing;

namespace ClusterLog.Protocol.Tests.Documents;

/// <summary>What docs/protocol.md says is what the code does.</summary>
public partial class ProtocolDocumentTests
{
    private const long Time = 1700000000000;

    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs/protocol.md"));

    private static readonly Dictionary<string, byte[]> Blocks = HexBlock().Matches(Text).ToDictionary(
        match => match.Groups[1].Value,
        match => Convert.FromHexString(Regex.Replace(match.Groups[2].Value, @"\s", string.Empty)));

    [Fact]
    public void WorkedExample_OfRequests_IsWhatTheCodecWrites()
    {
        Hold("handshake-request", Request(1, new HandshakeRequest("example", "1.0")));
        Hold("produce-request", Request(2, new ProduceRequest("orders", 0, Acks.All, 30000, Batch(term: 0))));
        Hold("fetch-request", Request(3, new FetchRequest(500, 1, 1048576, [new("orders", 0, 0, 1048576)])));
    }

    [Fact]
    public void WorkedExample_OfResponses_IsWhatTheCodecWrites()
    {
        var shaken = new HandshakeResponse(
            1, "demo", "0.1.0", ProtocolLimits.FrameBytesMax, ProtocolLimits.RecordBytesMax, ApiRegistry.Ranges);
        Hold("handshake-response", Response(1, shaken));
        Hold("produce-response", Response(2, new ProduceResponse(0, false)));
        Hold(
            "fetch-response",
            Response(3, new FetchResponse([new("orders", 0, ErrorCode.None, 1, 0, [Batch(term: 1)])])));
    }

    [Fact]
    public void WorkedExample_HasNoOtherBlocks() =>
        Assert.Equal(
            ["fetch-request", "fetch-response", "handshake-request", "handshake-response", "produce-request",
                "produce-response"],
            Blocks.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void WorkedExample_InWords_FitsItsBytes()
    {
        var frame = Blocks["produce-request"];
        Assert.Contains("The batch begins at byte 22", Text, StringComparison.Ordinal);
        Assert.Contains("0x19acc212, over the 63 bytes", Text, StringComparison.Ordinal);
        Assert.True(RecordBatchHeader.TryRead(frame.AsSpan(22), out var header));
        Assert.Equal((0x19ACC212u, 83), (header.Crc, header.Length));
        Assert.Equal(63, header.Length - RecordBatchHeader.LengthAt);
    }

    [Fact]
    public void ErrorTable_HasEachCode_AsTheCodeHasIt()
    {
        var rows = ErrorRow().Matches(Text).Select(match => (
            Code: (ErrorCode)short.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
            Name: match.Groups[2].Value,
            IsTransient: match.Groups[3].Value == "yes"));
        Assert.Equal(
            Enum.GetValues<ErrorCode>().Select(code => (code, code.ToString(), ErrorCodes.IsTransient(code))), rows);
    }

    [Fact]
    public void ApiTable_HasEachApi_WithItsVersions()
    {
        var rows = ApiRow().Matches(Text).Select(match => match.Value.Trim());
        Assert.Equal(
            ApiRegistry.All.Select(api => $"| {(short)api.Key} | {api.Name} | {api.VersionMin}-{api.VersionMax} |"),
            rows);
        Assert.All(
            ApiRegistry.All,
            api => Assert.Contains($"\n### {(short)api.Key} {api.Name}\n", Text, StringComparison.Ordinal));
    }

    [Fact]
    public void FieldTables_NameTheFieldsOfEachMessage_InOrder()
    {
        foreach (var api in ApiRegistry.All)
        {
            var section = Regex.Match(
                Text, $@"### {(short)api.Key} {api.Name}\n(.*?)(?=\n##)", RegexOptions.Singleline);
            var fields = FieldRow().Matches(section.Value).Select(match => match.Groups[1].Value);
            Assert.Equal(MembersOf($"{api.Name}Request").Concat(MembersOf($"{api.Name}Response")), fields);
        }
    }

    [Fact]
    public void ProduceOverhead_OfTheLongestFields_IsWithinWhatIsPromised()
    {
        var topic = new string('x', ProtocolLimits.TopicNameLengthMax);
        var batch = new byte[ProtocolLimits.FrameBytesMax - ProtocolLimits.ProduceOverheadBytesMax];
        var frame = Request(
            uint.MaxValue, new ProduceRequest(topic, int.MaxValue, Acks.All, int.MaxValue, new(batch)));
        Assert.InRange(frame.Length - FrameReader.PrefixBytes, batch.Length, ProtocolLimits.FrameBytesMax);
        Assert.Contains("a batch 512 bytes\n   smaller than that always does", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void BatchTable_HasEachField_WhereTheHeaderHasIt()
    {
        (int At, string Field)[] expected =
        [
            (RecordBatchHeader.BaseOffsetAt, "baseOffset"),
            (RecordBatchHeader.TermAt, "term"),
            (RecordBatchHeader.CrcAt, "crc"),
            (RecordBatchHeader.LengthAt, "length"),
            (RecordBatchHeader.FormatVersionAt, "formatVersion"),
            (RecordBatchHeader.ReservedByteAt, "reserved"),
            (RecordBatchHeader.AttributesAt, "attributes"),
            (RecordBatchHeader.LastOffsetDeltaAt, "lastOffsetDelta"),
            (RecordBatchHeader.BaseTimestampAt, "baseTimestamp"),
            (RecordBatchHeader.MaxTimestampAt, "maxTimestamp"),
            (RecordBatchHeader.ProducerIdAt, "producerId"),
            (RecordBatchHeader.ProducerEpochAt, "producerEpoch"),
            (RecordBatchHeader.BaseSequenceAt, "baseSequence"),
            (RecordBatchHeader.RecordCountAt, "recordCount"),
            (RecordBatchHeader.ReservedWordAt, "reserved"),
        ];
        Assert.Equal(
            expected,
            BatchRow().Matches(Text).Select(match => (
                int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value)));
    }

    /// <summary>
    /// The fields of a message: the parameters of its constructor that does not copy another one, then what was appended
    /// later, which are its other properties that can be set.
    /// </summary>
    private static IEnumerable<string> MembersOf(string message)
    {
        var type = typeof(ApiRegistry).Assembly.GetType($"{typeof(ApiRegistry).Namespace}.{message}", true)!;
        var parameters = type.GetConstructors()
            .Single(constructor => constructor.GetParameters() is not [{ } only] || only.ParameterType != type)
            .GetParameters()
            .Select(parameter => parameter.Name!);
        return parameters.Union(type.GetProperties().Where(property => property.CanWrite).Select(property => property.Name))
            .Select(name => char.ToLowerInvariant(name[0]) + name[1..]);
    }

    private static void Hold(string block, byte[] expected) =>
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(Blocks[block]));

    private static ReadOnlySequence<byte> Batch(ulong term)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(Time, null, "hello"u8.ToArray());
        var batch = builder.Build(producerId: 7, producerEpoch: 0, baseSequence: 0).ToArray();
        RecordBatchHeader.PatchTerm(batch, term);
        return new(batch);
    }

    private static byte[] Request<T>(uint correlationId, T body)
        where T : IRequest<T>
    {
        using var scratch = new FrameBuffer();
        var output = new ArrayBufferWriter<byte>();
        RequestFrame.Write(output, scratch, correlationId, body);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Response<T>(uint correlationId, T body)
        where T : IWireFields<T>
    {
        using var scratch = new FrameBuffer();
        var output = new ArrayBufferWriter<byte>();
        ResponseFrame.Write(output, scratch, correlationId, body);
        return output.WrittenSpan.ToArray();
    }

    [GeneratedRegex(@"```hex ([a-z-]+)\n([0-9a-f\s]+)```")]
    private static partial Regex HexBlock();

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \| (yes|no) \| .+ \|$", RegexOptions.Multiline)]
    private static partial Regex ErrorRow();

    [GeneratedRegex(@"^\| \d+ \| \w+ \| \d+-\d+ \|$", RegexOptions.Multiline)]
    private static partial Regex ApiRow();

    [GeneratedRegex(@"^\| (?!field )([a-z]\w+) \| ", RegexOptions.Multiline)]
    private static partial Regex FieldRow();

    [GeneratedRegex(@"^\| (\d+) \| [ui]\d+ \| (\w+) \| ", RegexOptions.Multiline)]
    private static partial Regex BatchRow();
}
