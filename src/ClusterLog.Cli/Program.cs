using ClusterLog.Cli;
using ClusterLog.Cli.Terminal;

using var interruption = new Interruption();
var host = new CliHost
{
    Console = SystemConsole.Open(Environment.GetEnvironmentVariable),
    RandomSeed = Environment.ProcessId,
};
return await new CommandLine(host).RunAsync(args, interruption.Token);
