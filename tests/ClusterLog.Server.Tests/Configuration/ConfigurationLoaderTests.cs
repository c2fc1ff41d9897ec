using System.Collections;
using ClusterLog.Server.Configuration;

namespace ClusterLog.Server.Tests.Configuration;

public sealed class ConfigurationLoaderTests
{
    private static readonly SourceContent Identity = Json("""{ "BrokerId": 1, "Cluster": "1=127.0.0.1:9401" }""");

    [Fact]
    public void Load_SeveralSources_LaterOnesWin()
    {
        var loaded = ConfigurationLoader.Load(
            Json("""{ "BrokerId": 1, "Cluster": "1=a:1", "Shards": 2, "ClusterName": "file" }"""),
            Variables(("CLUSTERLOG__Shards", "3"), ("CLUSTERLOG__ClusterName", "variable")),
            new SourceContent([new ConfiguredValue("ClusterName", "option", "--cluster-name")], []));

        Assert.Empty(loaded.Errors);
        Assert.Equal(
            (1, 3, "option"),
            (loaded.Options.Broker.BrokerId, loaded.Options.Broker.Shards, loaded.Options.Broker.ClusterName));
        Assert.Equal("CLUSTERLOG__Shards", loaded.Origins["Shards"]);
        Assert.Equal("--cluster-name", loaded.Origins["ClusterName"]);
    }

    [Fact]
    public void Load_NothingGiven_NamesWhatIsRequiredAndWhereItCanBeSet()
    {
        var loaded = ConfigurationLoader.Load();

        Assert.Equal(
            [
                "--broker-id (or CLUSTERLOG__BrokerId, or BrokerId in the file): found nothing; allowed: 1 to 65,535",
                "--cluster (or CLUSTERLOG__Cluster, or Cluster in the file): found nothing; "
                    + "allowed: 1 to 63 members as ID=HOST:PORT, separated by commas",
            ],
            loaded.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void Load_ErrorsInEverySource_AreAllReportedWithTheKeysAsWritten()
    {
        var loaded = ConfigurationLoader.Load(
            Json("""{ "brokerid": "abc", "Limits": { "framebytesmax": 1, "FrameByteMax": 2 }, "Cluster": "1=a:1" }"""),
            Variables(("CLUSTERLOG__SHARDS", "99"), ("CLUSTERLOG__Limit__IdleTimeout", "1s")),
            new SourceContent([new ConfiguredValue("Raft.HeartbeatTicks", "6", "--set Raft.HeartbeatTicks")], []));

        Assert.Equal(
            [
                "a.json: brokerid: found \"abc\"; allowed: a whole number; 1 to 65,535",
                "a.json: Limits.FrameByteMax: found an unknown key; allowed: did you mean Limits.FrameBytesMax?",
                "CLUSTERLOG__Limit__IdleTimeout: found an unknown key; "
                    + "allowed: did you mean CLUSTERLOG__Limits__IdleTimeout?",
                "CLUSTERLOG__SHARDS: found 99; allowed: 1 to 64",
                "a.json: Limits.framebytesmax: found 1 B; allowed: 64 KiB to 64 MiB",
                "--set Raft.HeartbeatTicks: found 6; allowed: 1 to 5",
            ],
            loaded.Errors.Where(error => !error.Key.Contains("RecordBytesMax", StringComparison.Ordinal))
                .Select(error => error.ToString()));
        Assert.Contains(loaded.Errors, error =>
            error.Key.StartsWith("--set Limits.RecordBytesMax (or ", StringComparison.Ordinal)
            && error.Found == "1 MiB, the default");
    }

    [Theory]
    [InlineData("Shards", "1.5", "a whole number; 1 to 64")]
    [InlineData("Shards", "99999999999", "a whole number; 1 to 64")]
    [InlineData("Limits.FrameBytesMax", "3 GiB", "bytes, such as 8388608 or \"8 MiB\"; 64 KiB to 64 MiB")]
    [InlineData("Limits.IdleTimeout", "10", "a time, such as \"30 s\", \"500 ms\" or \"10 min\"; 1 s to 24 h")]
    [InlineData("PeerListen", "9401", "HOST:PORT, with a port from 0 to 65535, such as 127.0.0.1:9400 or [::1]:9400")]
    [InlineData("Log.Level", "3", "one of trace, debug, information, warning, error, critical, none")]
    [InlineData("Log.Format", "xml", "one of text, json")]
    public void Load_TextThatCannotBeRead_IsOneErrorWithFormAndBounds(string path, string text, string allowed)
    {
        var loaded = ConfigurationLoader.Load(
            Identity, new SourceContent([new ConfiguredValue(path, text, "--set " + path)], []));

        var error = Assert.Single(loaded.Errors);
        Assert.Equal(("--set " + path, $"\"{text}\""), (error.Key, error.Found));
        Assert.StartsWith(allowed, error.Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_CommentsListsNumbersNullsAndAnyCase_AreTaken()
    {
        var loaded = ConfigurationLoader.Load(Json(
            """
            {
              // A comment.
              "brokerId": 2,
              "CLUSTER": ["1=a:1", "2=b:2"],
              "dataDirectory": ["/disk1/log", "/disk2/log"],
              "clientAdvertised": null,
              "limits": { "frameBytesMax": 4194304, },
            }
            """));

        Assert.Empty(loaded.Errors);
        Assert.Equal(4 << 20, loaded.Options.Broker.Limits.FrameBytesMax);
        Assert.Equal("1=a:1,2=b:2", string.Join(',', loaded.Options.Broker.Cluster));
        Assert.Equal(["/disk1/log", "/disk2/log"], loaded.Options.Broker.DataDirectories);
    }

    [Theory]
    [InlineData("{ \"Shards\": 1, \"shards\": 2 }", "a.json: shards", "each key once")]
    [InlineData("[]", "--config a.json", "a file that can be read and holds one JSON object")]
    [InlineData("{ \"Shards\": ", "--config a.json", "a file that can be read and holds one JSON object")]
    [InlineData("", "--config a.json", "a file that can be read and holds one JSON object")]
    [InlineData("{ \"Limits\": 5 }", "a.json: Limits", "a section of settings, such as Limits.FrameBytesMax")]
    public void Json_Malformed_IsAnError(string json, string key, string allowed)
    {
        var error = Assert.Single(ConfigurationLoader.Load(Identity, Json(json)).Errors);
        Assert.Equal((key, allowed), (error.Key, error.Allowed));
    }

    [Fact]
    public void Json_FileIsAbsent_IsAnErrorThatNamesIt()
    {
        var error = Assert.Single(JsonSource.Read("/no/such/file.json").Errors);
        Assert.Equal("--config /no/such/file.json", error.Key);
    }

    [Fact]
    public void Variables_OfOthers_AreLeftAlone() => Assert.Empty(
        Variables(("CLUSTERLOG_BOOTSTRAP", "a:1"), ("PATH", "/bin"), ("XCLUSTERLOG__BrokerId", "1")).Values);

    [Fact]
    public void Effective_Printed_NamesEveryValueAndItsSource()
    {
        var loaded = ConfigurationLoader.Load(Identity, Variables(("CLUSTERLOG__Shards", "1")));
        using var writer = new StringWriter();

        ConfigurationText.WriteEffective(writer, loaded);

        var lines = writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(SettingTable.All.Count, lines.Length);
        Assert.Contains(lines, line => line.StartsWith("BrokerId ", StringComparison.Ordinal)
            && line.EndsWith("= 1  [a.json: BrokerId]", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("= 1  [CLUSTERLOG__Shards]", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("= 8 MiB  [default]", StringComparison.Ordinal));
    }

    private static SourceContent Json(string json) => JsonSource.Parse("a.json", json);

    private static SourceContent Variables(params (string Name, string Text)[] variables)
    {
        var table = new Hashtable();
        foreach (var (name, text) in variables)
        {
            table[name] = text;
        }

        return EnvironmentSource.Read(table);
    }
}
