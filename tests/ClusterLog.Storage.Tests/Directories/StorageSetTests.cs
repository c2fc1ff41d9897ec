using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests.Directories;

/// <summary>By which id a broker's directories are known, after each thing that may happen to one of them.</summary>
public sealed class StorageSetTests
{
    private readonly SetMachine _machine = new();

    [Fact]
    public void Open_OfOneDirectory_HasItsId()
    {
        var set = _machine.Open("/a");
        Assert.Equal(set.Engines[0].DirectoryId, set.DirectoryId);
        Assert.True(set.HoldsNothing);
        Assert.Equal(set.DirectoryId, _machine.Reopen("/a").DirectoryId);
    }

    [Fact]
    public void Open_OfTheSameDirectories_KeepsTheId()
    {
        var set = _machine.Open("/a", "/b");
        _machine.Write(set, 0, 0);
        _machine.Write(set, 1, 0);
        var again = _machine.Reopen("/b", "/a");
        Assert.Equal(set.DirectoryId, again.DirectoryId);
        Assert.Equal("/a", again.HomeOf(GroupId.Metadata)!.Directory);
        Assert.Equal("/b", again.HomeOf(new GroupId(1))!.Directory);
        Assert.False(again.HoldsNothing);
    }

    [Theory]
    [InlineData("off the list")]
    [InlineData("wiped")]
    [InlineData("cannot be read")]
    public void Open_WithoutOneOfThem_HasAnotherIdAndKeepsWhatIsThere(string how)
    {
        var set = _machine.Open("/a", "/b");
        _machine.Write(set, 1, 0);
        _machine.Write(set, 2, 4);
        var without = Lose("/b", how);
        Assert.NotEqual(set.DirectoryId, without.DirectoryId);
        Assert.Equal(how == "cannot be read" ? ["/b"] : [], without.Closed.Select(closed => closed.Directory));
        Assert.Equal([new GroupId(1)], without.RecoveredGroups);
        Assert.True(without.IsBlank(new GroupId(2)));
        Assert.Equal(new LogIndex(1), without.OpenLog(new GroupId(1)).LastIndex);

        // Nothing has changed since: what was placed meanwhile is not lost.
        Assert.Equal(without.DirectoryId, Lose("/b", how, wipes: false).DirectoryId);
    }

    [Fact]
    public void Open_WithOneThatComesBack_HasAThirdId()
    {
        var set = _machine.Open("/a", "/b");
        _machine.Write(set, 1, 0);
        _machine.Write(set, 2, 0);
        var without = _machine.Reopen("/a");
        var back = _machine.Reopen("/a", "/b");
        Assert.Equal(3, new[] { set.DirectoryId, without.DirectoryId, back.DirectoryId }.Distinct().Count());
        Assert.Equal([new GroupId(1), new GroupId(2)], back.RecoveredGroups.Order());
    }

    [Fact]
    public void Open_WithAnEmptyOneMore_KeepsEverything()
    {
        var set = _machine.Open("/a");
        _machine.Write(set, 0, 0);
        _machine.Write(set, 1, 0);
        var more = _machine.Reopen("/a", "/b");
        Assert.NotEqual(set.DirectoryId, more.DirectoryId);
        Assert.Equal([GroupId.Metadata, new GroupId(1)], more.RecoveredGroups.Order());
        Assert.False(more.HoldsNothing);
    }

    [Fact]
    public void Open_WithOneWhoseLogIsDamaged_HasAnotherId()
    {
        var set = _machine.Open("/a", "/b");
        _machine.Write(set, 1, 0);
        _machine.Write(set, 2, 0);
        _machine.DiskOf("/b").Flip("IDENTITY", 5);
        var damaged = _machine.Reopen("/a", "/b");
        Assert.NotEqual(set.DirectoryId, damaged.DirectoryId);
        Assert.False(damaged.HasLostIdentity(new GroupId(1)));
        Assert.True(damaged.HasLostIdentity(new GroupId(2)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_ThatIsCutShortAtAnyWrite_IsFollowedByANewId(bool powerLost)
    {
        for (var calls = 1; ; calls++)
        {
            var machine = new SetMachine(seed: calls);
            var set = machine.Open("/a", "/b", "/c");
            machine.Write(set, 1, 0);
            machine.CrashAfter = calls;
            var crashed = machine.TryReopen("/a", "/b") is null;
            machine.PowerLost = powerLost;
            var next = machine.Reopen("/a", "/b");
            Assert.NotEqual(set.DirectoryId, next.DirectoryId);
            Assert.All(next.Engines, engine => Assert.Equal(next.DirectoryId, engine.Set.Id));
            Assert.Equal(new LogIndex(1), next.OpenLog(new GroupId(1)).LastIndex);
            if (!crashed)
            {
                Assert.True(calls > 6, $"only {calls} calls");
                return;
            }
        }
    }

    [Fact]
    public void Open_WithOneThatCannotBeWritten_GoesOnWithoutIt()
    {
        var set = _machine.Open("/a", "/b", "/c");
        _machine.Write(set, 1, 0);
        _machine.DiskOf("/b").Before = (_, path) =>
        {
            if (path.StartsWith("IDENTITY", StringComparison.Ordinal))
            {
                throw new IOException("The disk is read-only.");
            }
        };
        var without = _machine.Reopen("/a", "/b");
        Assert.Equal("/a", Assert.Single(without.Engines).Directory);
        Assert.Equal("/b", Assert.Single(without.Closed).Directory);
        Assert.Equal(without.DirectoryId, without.Engines[0].Set.Id);
    }

    [Fact]
    public void Open_OfACopiedDirectory_IsRefusedInWords()
    {
        _machine.Write(_machine.Open("/a"), 1, 0);
        _machine.Copy("/a", "/b");
        var error = Assert.Throws<DataDirectoryException>(() => _machine.Reopen("/a", "/b"));
        Assert.Contains("/a and /b both bear the id", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfAGroupInTwoDirectoriesAsOfOneIncarnation_IsRefusedInWords()
    {
        _machine.Write(_machine.Open("/a"), 1, 3);
        _machine.Write(_machine.Open("/b"), 1, 3);
        var error = Assert.Throws<DataDirectoryException>(() => _machine.Reopen("/a", "/b"));
        Assert.Contains("/a and /b both hold group 1 as of incarnation 3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a", "/b")]
    [InlineData("/b", "/a")]
    public void Open_OfAGroupInTwoDirectories_KeepsTheLaterAndRemovesTheOther(string later, string older)
    {
        _machine.Write(_machine.Open(older), 1, 3);
        _machine.Write(_machine.Open(later), 1, 5);
        var set = _machine.Reopen("/a", "/b");
        Assert.Equal(later, set.HomeOf(new GroupId(1))!.Directory);
        Assert.Equal(5u, set.IncarnationOf(new GroupId(1)));
        Assert.False(set.IsRemoved(new GroupId(1)));
        SetMachine.RunAll(set);

        var alone = _machine.Reopen(older);
        Assert.Empty(alone.RecoveredGroups);
        Assert.True(alone.IsRemoved(new GroupId(1)));
    }

    [Fact]
    public void Open_WithoutTheMetadata_IsRefusedWhereNobodyElseHasIt()
    {
        _machine.IsOnlyBroker = true;
        var set = _machine.Open("/a", "/b");
        _machine.Write(set, 0, 0);
        for (var time = 0; time < 2; time++)
        {
            var error = Assert.Throws<DataDirectoryException>(() => _machine.Reopen("/b"));
            Assert.Contains("this broker is the only one that had it", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(set.DirectoryId, _machine.Reopen("/a", "/b").DirectoryId);
    }

    [Fact]
    public void Open_OfANewBrokerWithADirectoryThatFails_IsRefusedInWords()
    {
        _machine.Unreadable.Add("/b");
        for (var time = 0; time < 2; time++)
        {
            var error = Assert.Throws<DataDirectoryException>(() => _machine.Reopen("/a", "/b"));
            Assert.Contains("/b cannot be opened, and the others hold nothing yet", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void HoldsNothing_OfADirectoryWhoseNeighbourIsMissing_IsFalse()
    {
        _machine.Write(_machine.Open("/a", "/b"), 0, 0);
        Assert.False(_machine.Reopen("/b").HoldsNothing);
    }

    [Fact]
    public void OpenLog_OfNewGroups_SpreadsThemAndPutsTheMetadataFirst()
    {
        var set = _machine.Open("/a", "/b", "/c");
        for (ulong group = 0; group < 9; group++)
        {
            set.OpenLog(new GroupId(group));
        }

        Assert.Equal("/a", set.HomeOf(GroupId.Metadata)!.Directory);
        Assert.All(set.Engines, engine => Assert.Equal(
            3, Enumerable.Range(0, 9).Count(group => set.HomeOf(new GroupId((ulong)group)) == engine)));
    }

    [Fact]
    public void TryOpenLog_OfAGroupWhoseDirectoryHasFailed_MovesItAndSparesWhatHasFailed()
    {
        var set = _machine.Open("/a", "/b");
        _machine.Write(set, 1, 2);
        _machine.Write(set, 2, 2);
        SetMachine.Fail(set, "/a");
        Assert.Null(set.Failure);
        Assert.Equal(new LogIndex(0), set.TryOpenLog(new GroupId(1))!.LastIndex);
        Assert.Equal("/b", set.HomeOf(new GroupId(1))!.Directory);
        Assert.Equal("/b", set.OpenLog(new GroupId(3)).Storage.Directory);

        SetMachine.Fail(set, "/b");
        Assert.NotNull(set.Failure);
        Assert.Null(set.TryOpenLog(new GroupId(2)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryOpenLog_OfAGroupThatWasRemovedAsOlder_TakesItInAgain(bool powerLost)
    {
        _machine.Write(_machine.Open("/a"), 1, 3);
        _machine.Write(_machine.Open("/b"), 1, 5);
        _machine.PowerLost = powerLost;
        SetMachine.RunAll(_machine.Reopen("/a", "/b"));

        // The one that has it now is lost too.
        var set = _machine.Reopen("/a");
        SetMachine.RunAll(set);
        Assert.True(set.IsBlank(new GroupId(1)));
        Assert.True(set.TryOpenLog(new GroupId(1))!.IsBlank);
        _machine.WriteNext(set, 1, 7);
        for (var start = 0; start < 3; start++)
        {
            set = _machine.Reopen("/a");
            Assert.Equal(7u, set.IncarnationOf(new GroupId(1)));
            Assert.Equal(new LogIndex((ulong)start + 1), set.OpenLog(new GroupId(1)).LastIndex);
            _machine.WriteNext(set, 1, 7);
        }

        // The same as a damaged log tells it.
        _machine.DiskOf("/a").Flip("IDENTITY", 5);
        set = _machine.Reopen("/a");
        Assert.True(set.HasLostIdentity(new GroupId(1)));
        Assert.Equal(7u, set.IncarnationOf(new GroupId(1)));
    }

    private StorageSet Lose(string directory, string how, bool wipes = true)
    {
        switch (how)
        {
            case "wiped":
                if (wipes)
                {
                    _machine.Wipe(directory);
                }

                return _machine.Reopen("/a", directory);
            case "cannot be read":
                _machine.Unreadable.Add(directory);
                return _machine.Reopen("/a", directory);
            default:
                return _machine.Reopen("/a");
        }
    }
}
