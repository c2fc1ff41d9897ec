using System.Reflection;
using ClusterLog.Client;
using ClusterLog.Conventions.Tests.Sources;
using ClusterLog.Protocol;

namespace ClusterLog.Conventions.Tests.Api;

/// <summary>The public types of Client and Protocol, as text in this project: a change of the API shows in the diff.</summary>
public class PublicApiTests
{
    private const string Accept = "CLUSTERLOG_ACCEPT_API";

    [Fact]
    public void Client_PublicApi_IsAsAccepted() => Compare(typeof(ClusterLogClient).Assembly, "PublicApi.Client.txt");

    [Fact]
    public void Protocol_PublicApi_IsAsAccepted() => Compare(typeof(ErrorCode).Assembly, "PublicApi.Protocol.txt");

    private static void Compare(Assembly assembly, string name)
    {
        var path = TextList.PathOf(name);
        var actual = PublicApiText.Of(assembly);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(Checkout.Absolute(path), actual);
            return;
        }

        var accepted = Checkout.Read(path);
        if (accepted == actual)
        {
            return;
        }

        var before = accepted.Split('\n');
        var after = actual.Split('\n');
        var changes = before.Except(after).Select(line => $"- {line}").Concat(after.Except(before).Select(line => $"+ {line}"));
        Assert.Fail(
            $"The public API of {assembly.GetName().Name} is not what {path} says. If the change is meant, run\n"
            + $"  {Accept}=1 dotnet test {Checkout.ConventionsFolder}\nand commit the file.\n{string.Join('\n', changes)}");
    }
}
