using System.Collections;
using System.Text.Json;
using ClusterLog.Server.Commands;
using ClusterLog.Server.Configuration;

namespace ClusterLog.Server.Tests.Configuration;

public sealed class SettingTableTests
{
    public static TheoryData<string> Paths => [.. SettingTable.All.Select(setting => setting.Path)];

    [Fact]
    public void All_Options_EachHasOneSetting() => Assert.Equal(
        SettingSamples.Properties.Keys.Order(StringComparer.Ordinal),
        SettingTable.All.Select(setting => setting.Path).Order(StringComparer.Ordinal));

    [Fact]
    public void All_Names_AreDistinct()
    {
        var options = SettingTable.All.Where(setting => setting.Option is not null).Select(setting => setting.Option);
        Assert.Equal(options.Count(), options.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Variable_Set_SetsItsPropertyAndNoOther(string path)
    {
        var setting = SettingTable.Find(path)!;
        var variables = new Hashtable { [setting.Variable] = SettingSamples.Of(setting).Text, ["PATH"] = "/bin" };

        Check(setting, ConfigurationLoader.Load(EnvironmentSource.Read(variables)), setting.Variable);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void JsonKey_Set_SetsItsPropertyAndNoOther(string path)
    {
        var setting = SettingTable.Find(path)!;
        var json = path.Split('.').Reverse().Aggregate(
            JsonSerializer.Serialize(SettingSamples.Of(setting).Text), (inner, name) => $"{{ \"{name}\": {inner} }}");

        Check(setting, ConfigurationLoader.Load(JsonSource.Parse("a.json", json)), $"a.json: {path}");
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Option_Set_SetsItsPropertyAndNoOther(string path)
    {
        var setting = SettingTable.Find(path)!;
        var text = SettingSamples.Of(setting).Text;

        Check(setting, Parse("--set", $"{path}={text}"), $"--set {path}");
        if (setting.Option is not null)
        {
            Check(setting, Parse(setting.Option, text), setting.Option);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Read_AfterWrite_GivesATextThatWritesTheSame(string path)
    {
        var setting = SettingTable.Find(path)!;
        var first = new ServerOptions();
        var second = new ServerOptions();

        Assert.True(setting.TryWrite(first, SettingSamples.Of(setting).Text));
        Assert.True(setting.TryWrite(second, setting.Read(first)));
        Assert.Equal(SettingSamples.Values(first), SettingSamples.Values(second));
    }

    private static LoadedConfiguration Parse(params string[] args)
    {
        var run = new RunCommand(new ServerConsole(TextWriter.Null, TextWriter.Null, new Hashtable()));
        return run.Load(run.Command.Parse(args));
    }

    private static void Check(Setting setting, LoadedConfiguration loaded, string origin)
    {
        var expected = SettingSamples.Values(new ServerOptions());
        expected[setting.Path] = SettingSamples.Of(setting).Value;
        Assert.Equal(expected, SettingSamples.Values(loaded.Options));
        Assert.Equal(origin, loaded.Origins[setting.Path]);
        Assert.Single(loaded.Origins);
    }
}
