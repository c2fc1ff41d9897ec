using ClusterLog.Raft;
using ClusterLog.Storage.Checking;
using ClusterLog.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Storage.Tests;

public sealed class DirectoryCheckTests
{
    private static readonly GroupId Group = new(1);
    private readonly Machine _machine = new(1, options =>
    {
        options.SegmentBytesMax = 8 << 10;
        options.SegmentFlushBytes = 1;
    });

    [Fact]
    public void Run_OverAnUndamagedDirectory_FindsNothingAndChangesNothing()
    {
        Write();
        var result = Check();
        Assert.Empty(result.Findings);
        Assert.Empty(result.Lost);
        Assert.Equal(("test", 1, 1), (result.Identity!.ClusterName, result.Identity.BrokerId, result.Groups));
        Assert.True(result.Bytes > 30_000);
    }

    [Fact]
    public void Run_OverAGroupThatOnlyTheWalHolds_CountsIt()
    {
        Write();
        _machine.Engine.Submit(Submissions.Of(_machine.Completion, 2, Entries.Make(1, 1, 0)));
        _machine.RunAll();
        Assert.DoesNotContain(_machine.Disk.Paths(""), path => path.StartsWith("segments/2/", StringComparison.Ordinal));
        Assert.Equal(2, Check().Groups);
        Assert.Contains(" bytes, 2 groups: all is well", Check().Lines().Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AfterACrash_FindsNothing()
    {
        Write();
        for (var i = 0; i < 20; i++)
        {
            _machine.Engine.Submit(Submissions.Of(_machine.Completion, 2, Entries.Make((ulong)i + 1, 1, i)));
            _machine.Disk.CallsUntilCrash = i + 1;
            try
            {
                _machine.RunAll();
            }
            catch (SimulatedCrashException)
            {
                _machine.Disk.Restart(powerLost: true);
                Assert.Empty(Check().Findings);
            }

            _machine.Restart(powerLost: true);
            if (_machine.Engine.OpenLog(new GroupId(2)).LastIndex.Value != (ulong)i + 1)
            {
                _machine.Engine.Submit(Submissions.Of(_machine.Completion, 2, Entries.Make((ulong)i + 1, 1, i)));
                _machine.RunAll();
                _machine.Restart(powerLost: true);
            }
        }
    }

    [Theory]
    [InlineData(".log", 300, "at the next start the group's replica loses its identity")]
    [InlineData(".log", 20, "at the next start the group's replica loses its identity")]
    [InlineData(".ckp", 30, "at the next start the group's replica loses its identity")]
    [InlineData(".wal", 9_000, "it may have hit any group")]
    [InlineData(".wal", 20, "it may have hit any group")]
    [InlineData("IDENTITY", 50, "it may have hit any group")]
    public void Run_OverDamage_SaysWhatIsWrongAndWhatItMeans(string file, int position, string meaning)
    {
        Write();
        var path = _machine.Disk.Paths(file).First();
        _machine.Disk.Flip(path, position);
        var finding = Assert.Single(Check().Findings);
        Assert.Equal(path, finding.File);
        Assert.StartsWith(meaning, finding.Meaning, StringComparison.Ordinal);
        Assert.NotEqual(finding.Expected, finding.Found);
    }

    [Fact]
    public void Run_OverManyDamages_FindsAll()
    {
        Write();
        // The last segment's end is where a torn write can be: the WAL has what was there.
        var paths = _machine.Disk.Paths(".log").SkipLast(1).Concat(_machine.Disk.Paths(".ckp")).ToArray();
        var index = _machine.Disk.Paths(".idx").First();
        Array.ForEach([.. paths, index], path => _machine.Disk.Flip(path, 40));
        var result = Check();
        Assert.Equal(paths.Order(StringComparer.Ordinal), result.Findings.Select(finding => finding.File).Distinct());
        Assert.Equal(index, Assert.Single(result.Notes).File);
    }

    [Fact]
    public void Run_AfterTheDamageWasIsolated_TellsWhoseIdentityIsLost()
    {
        Write();
        _machine.Disk.Flip(_machine.Disk.Paths(".wal").First(), 9_000);
        _machine.Restart(powerLost: false);
        _machine.RunAll();
        var result = Check();
        Assert.Empty(result.Findings);
        Assert.Equal([GroupId.Metadata, Group], result.Lost.Select(lost => lost.Group));
    }

    private CheckResult Check()
    {
        var before = Contents();
        var result = DirectoryCheck.Run(_machine.Disk, "/simulated", NullLogger.Instance);
        Assert.Equal(before, Contents());
        return result;
    }

    private Dictionary<string, string> Contents() => _machine.Disk.Paths("").ToDictionary(
        path => path, path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(_machine.Disk.ReadAll(path))));

    private void Write()
    {
        var log = _machine.Engine.OpenLog(Group);
        foreach (var entry in Enumerable.Range(1, 12).Select(i => Entries.Make((ulong)i, 1, i - 1, bytes: 3_000)))
        {
            log.Append([entry]);
            _machine.Engine.Submit(Submissions.Of(_machine.Completion, 1, entry));
            _machine.RunAll();
        }

        log.CommitTo(new LogIndex(10));
        _machine.RunAll();
        foreach (var index in new ulong[] { 4, 8 })
        {
            log.SaveCheckpoint(new RaftSnapshot(new LogIndex(index), new Term(1), (long)index, null, new byte[50]));
            _machine.RunAll();
        }

        Assert.True(log.TrimTo(new LogIndex(4)));
        _machine.RunAll();
    }
}
