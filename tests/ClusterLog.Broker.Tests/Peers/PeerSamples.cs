using ClusterLog.Broker.Peers;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Broker.Tests.Peers;

/// <summary>One of every frame, with the bytes it has on the wire.</summary>
internal static class PeerSamples
{
    public static readonly ReplicaId From = new(1);
    public static readonly ReplicaId To = new(2, 3);
    public static readonly GroupId Group = new(300);

    private static readonly byte[] Payload = [0xaa, 0xbb];

    public static readonly (object Content, string Hex)[] Golden =
    [
        (new PeerHello(1, "c", "1,2", 1, 9), "0b000000" + "96" + "00" + "01" + "a163" + "a3312c32" + "01" + "09"),
        (new PeerRefused("no"), "05000000" + "92" + "01" + "a26e6f"),
        (PeerPing.Instance, "02000000" + "91" + "02"),
        (new PeerLeaders([new(new(1), new(2), new(3)), new(new(256), new(1), default)]),
            "0d000000" + "92" + "03" + "92" + "93010203" + "93cd01000100"),
        (new PeerRequest(7, Payload), "07000000" + "93" + "04" + "07" + "c402aabb"),
        (new PeerResponse(7, null, Payload), "08000000" + "94" + "05" + "07" + "c0" + "c402aabb"),
        (new PeerResponse(8, "e", default), "07000000" + "94" + "05" + "08" + "a165" + "c400"),
        (new PreVoteRequest(From, To, new(5), new(6), new(4)),
            "0a000000" + "97" + "10" + "cd012c" + "0003" + "05" + "06" + "04"),
        (new PreVoteResponse(From, To, new(5), true), "09000000" + "96" + "11" + "cd012c" + "0003" + "05" + "c3"),
        (new VoteRequest(From, To, new(5), new(6), new(4), true),
            "0b000000" + "98" + "12" + "cd012c" + "0003" + "05" + "06" + "04" + "c3"),
        (new VoteResponse(From, To, new(5), false), "09000000" + "96" + "13" + "cd012c" + "0003" + "05" + "c2"),
        (new AppendRequest(From, To, new(5), new(6), new(4), new(3), [
            new LogEntry(new(7), new(5), EntryKind.Barrier, 10, 0, 0, default),
            new LogEntry(new(8), new(5), EntryKind.Data, 10, 2, 1000, Payload),
            new LogEntry(new(9), new(5), EntryKind.Command, 12, 0, 0, Payload)]),
            "2d000000" + "99" + "14" + "cd012c" + "0003" + "05" + "06" + "04" + "03" + "93"
            + "97" + "07" + "05" + "01" + "0a" + "00" + "00" + "c400"
            + "97" + "08" + "05" + "02" + "0a" + "02" + "cd03e8" + "c402aabb"
            + "97" + "09" + "05" + "03" + "0c" + "00" + "00" + "c402aabb"),
        (new AppendRequest(From, To, new(5), new(6), new(4), new(3), []),
            "0c000000" + "99" + "14" + "cd012c" + "0003" + "05" + "06" + "04" + "03" + "90"),
        (new AppendResponse(From, To, new(5), new(6), true, new(2), new(1)),
            "0c000000" + "99" + "15" + "cd012c" + "0003" + "05" + "06" + "c3" + "02" + "01"),
        (new HeartbeatRequest(From, To, new(5), new(6), 258, true),
            "0d000000" + "98" + "16" + "cd012c" + "0003" + "05" + "06" + "cd0102" + "c3"),
        (new HeartbeatResponse(From, To, new(5), 1), "0a000000" + "97" + "17" + "cd012c" + "0003" + "05" + "01" + "c2"),
        (new TimeoutNowRequest(From, To, new(5)), "08000000" + "95" + "18" + "cd012c" + "0003" + "05"),
        (new InstallSnapshotRequest(From, To, new(5), new RaftSnapshot(new(6), new(4), 300, null, Payload)),
            "12000000" + "9a" + "19" + "cd012c" + "0003" + "05" + "06" + "04" + "cd012c" + "c0" + "c402aabb"),
        (new InstallSnapshotRequest(From, To, new(5), new RaftSnapshot(
            new(6), new(4), 0, new LoggedConfiguration(new(2), Configuration.Of(From)), Payload)),
            "25000000" + "9a" + "19" + "cd012c" + "0003" + "05" + "06" + "04" + "00"
            + "92" + "02" + "c412" + "01000100000000000000" + "0100000000000000" + "c402aabb"),
        (new ReadIndexRequest(From, To, new(5), 1UL << 63),
            "11000000" + "96" + "1a" + "cd012c" + "0003" + "05" + "cf8000000000000000"),
        (new ReadIndexResponse(From, To, new(5), 7, new(6), true),
            "0b000000" + "98" + "1b" + "cd012c" + "0003" + "05" + "07" + "06" + "c3"),
    ];

    public static IEnumerable<RaftMessage> Messages => Golden.Select(sample => sample.Content).OfType<RaftMessage>();

    /// <summary>An append of entries with random payloads, deterministic in the seed.</summary>
    public static AppendRequest RandomAppend(Random random, int entries, int payloadBytesMax)
    {
        var list = new List<LogEntry>();
        var (index, offset) = ((ulong)random.NextInt64(1 << 30), random.NextInt64(1 << 30));
        var previous = index;
        for (var i = 0; i < entries; i++)
        {
            var payload = new byte[random.Next(payloadBytesMax + 1)];
            random.NextBytes(payload);
            var count = random.Next(3);
            list.Add(new LogEntry(
                new(++index), new(9), count > 0 ? EntryKind.Data : EntryKind.Command, offset, count, random.NextInt64(), payload));
            offset += count;
        }

        return new AppendRequest(From, To, new(9), new(previous), new(8), new(previous / 2), list);
    }

    public static void AssertSame(object expected, object? actual)
    {
        switch (expected)
        {
            case AppendRequest append:
                var read = Assert.IsType<AppendRequest>(actual);
                Assert.Equal(append, read with { Entries = append.Entries });
                Assert.Equal(append.Entries.Count, read.Entries.Count);
                for (var i = 0; i < append.Entries.Count; i++)
                {
                    Assert.Equal(append.Entries[i] with { Payload = default }, read.Entries[i] with { Payload = default });
                    Assert.True(append.Entries[i].Payload.Span.SequenceEqual(read.Entries[i].Payload.Span), $"payload {i}");
                }

                break;
            case InstallSnapshotRequest install:
                var snapshot = install.Snapshot;
                var readInstall = Assert.IsType<InstallSnapshotRequest>(actual);
                Assert.Equal(install, readInstall with { Snapshot = snapshot });
                Assert.Equal(snapshot, readInstall.Snapshot with { State = snapshot.State });
                Assert.True(snapshot.State.Span.SequenceEqual(readInstall.Snapshot.State.Span));
                break;
            case PeerLeaders leaders:
                Assert.Equal(leaders.Leaders, Assert.IsType<PeerLeaders>(actual).Leaders);
                break;
            case PeerRequest request:
                Assert.Equal(request.CorrelationId, Assert.IsType<PeerRequest>(actual).CorrelationId);
                Assert.Equal(request.Body.ToArray(), ((PeerRequest)actual).Body.ToArray());
                break;
            case PeerResponse response:
                Assert.Equal(response with { Body = default }, Assert.IsType<PeerResponse>(actual) with { Body = default });
                Assert.Equal(response.Body.ToArray(), ((PeerResponse)actual).Body.ToArray());
                break;
            default:
                Assert.Equal(expected, actual);
                break;
        }
    }
}
