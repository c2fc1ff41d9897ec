using System.CommandLine;
using System.CommandLine.Completions;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Commands;

/// <summary>The argument that names a topic; the shell completes it from the cluster.</summary>
internal static class TopicArgument
{
    /// <summary>A shell that waits longer than this for a suggestion feels broken.</summary>
    private static readonly TimeSpan CompletionTimeout = TimeSpan.FromMilliseconds(800);

    /// <summary>The name of a topic that exists.</summary>
    public static Argument<string> Existing(CliHost host)
    {
        var argument = New("The topic's name");
        argument.CompletionSources.Add(context => Complete(host, context));
        return argument;
    }

    /// <summary>The name of a topic that is to be made.</summary>
    public static Argument<string> New() => New("The new topic's name: letters, digits, '.', '_' and '-', at most 249");

    /// <summary>The same as an option, for commands that have no argument.</summary>
    public static Option<string> Option(CliHost host)
    {
        var option = new Option<string>("--topic", "-t")
        {
            Description = "The topic's name",
            HelpName = "TOPIC",
            Required = true,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !TopicName.IsValid(result.Tokens[0].Value))
            {
                result.AddError(Invalid(result.Tokens[0].Value));
            }
        });
        option.CompletionSources.Add(context => Complete(host, context));
        return option;
    }

    private static Argument<string> New(string description)
    {
        var argument = new Argument<string>("TOPIC") { Description = description, HelpName = "TOPIC" };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !TopicName.IsValid(result.Tokens[0].Value))
            {
                result.AddError(Invalid(result.Tokens[0].Value));
            }
        });
        return argument;
    }

    private static string Invalid(string name) =>
        $"A topic's name is 1 to {ProtocolLimits.TopicNameLengthMax} letters, digits, '.', '_' or '-', "
        + $"and not '.' or '..'; found '{name}'.";

    private static IEnumerable<CompletionItem> Complete(CliHost host, CompletionContext context)
    {
        try
        {
            using var timeout = new CancellationTokenSource(CompletionTimeout, host.Time);
            var names = Task.Run(() => ListAsync(host, context.ParseResult, timeout.Token), timeout.Token)
                .WaitAsync(timeout.Token)
                .GetAwaiter()
                .GetResult();
            return names.Select(name => new CompletionItem(name));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever went wrong, there is nobody to tell while a line is being typed; no suggestion is the right
            // answer.
            return [];
        }
    }

    private static async Task<IReadOnlyList<string>> ListAsync(
        CliHost host, ParseResult parse, CancellationToken cancellationToken)
    {
        await using var cluster = new CommandContext(host, parse).Connect();
        var topics = await cluster.ListTopicsAsync(cancellationToken);
        return [.. topics.Select(topic => topic.Name)];
    }
}
