using ClusterLog.Server;
using ClusterLog.Server.Commands;

return await ServerCommand.InvokeAsync(
    args, new ServerConsole(Console.Out, Console.Error, Environment.GetEnvironmentVariables()));
