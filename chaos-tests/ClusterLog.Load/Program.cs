using System.CommandLine;
using ClusterLog.Load;

var bootstrap = new Option<string>("--bootstrap") { Description = "Brokers to begin with, HOST:PORT[,...]", Required = true };
var topic = new Option<string>("--topic") { Description = "An existing, empty topic", Required = true };
var rate = Number("--rate", "Records a second", 2_000, 1, 1_000_000);
var size = Number("--record-bytes", "Bytes of each value", 256, 8, 1 << 20);
var interval = Number("--interval-ms", "How often figures are written", 1_000, 10, 60_000);

var command = new RootCommand(
    "Produces numbered records at a steady rate and reads them back meanwhile, until its standard input ends. Each line of the "
    + "input marks an event. Writes a JSON line for each interval and mark, and at the end a verdict; exit code 1 if it is bad.")
{
    bootstrap, topic, rate, size, interval,
};
command.SetAction((parsed, cancellationToken) =>
{
    var options = new LoadOptions(
        parsed.GetRequiredValue(bootstrap).Split(','),
        parsed.GetRequiredValue(topic),
        parsed.GetValue(rate),
        parsed.GetValue(size),
        TimeSpan.FromMilliseconds(parsed.GetValue(interval)));
    return new LoadRun(options, TimeProvider.System, new Report(Console.Out)).RunAsync(Console.In, cancellationToken);
});
return await command.Parse(args).InvokeAsync();

static Option<int> Number(string name, string description, int value, int min, int max)
{
    var option = new Option<int>(name) { Description = $"{description}, {min} to {max}", DefaultValueFactory = _ => value };
    option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, out var given) && given >= min && given <= max))
        {
            result.AddError($"{name}: expected {min} to {max}, found {result.Tokens[0].Value}");
        }
    });
    return option;
}
