using ClusterLog.PowerLoss;
using ClusterLog.Server;
using ClusterLog.Server.Commands;

var variables = Environment.GetEnvironmentVariables();
var options = PowerLossOptions.Read(variables);
await Console.Error.WriteLineAsync($"Unsynced writes live in this process's memory only: {options}.");
return await ServerCommand.InvokeAsync(
    args, new ServerConsole(Console.Out, Console.Error, variables, disk => new PowerLossDisk(disk, options)));
