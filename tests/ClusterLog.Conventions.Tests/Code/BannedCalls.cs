using System.Text.RegularExpressions;
using ClusterLog.Conventions.Tests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClusterLog.Conventions.Tests.Code;

/// <summary>
/// Finds calls that hide time, chance or a wait from the caller, and handlers that swallow an exception. Works on
/// syntax alone, so the rules name spellings, not symbols.
/// </summary>
internal static partial class BannedCalls
{
    public static IEnumerable<BannedCall> Find(SourceFile file) =>
        file.Root.DescendantNodes().SelectMany(node => Rules(node).Select(rule => new BannedCall(rule, file.Path, file.At(node))));

    private static IEnumerable<string> Rules(SyntaxNode node) => node switch
    {
        MemberAccessExpressionSyntax access => OfMember(access),
        InvocationExpressionSyntax call => OfCall(call),
        BaseObjectCreationExpressionSyntax creation => OfCreation(creation),
        CatchClauseSyntax handler => OfCatch(handler),
        _ => [],
    };

    private static IEnumerable<string> OfMember(MemberAccessExpressionSyntax access)
    {
        var owner = LastName(access.Expression);
        var member = access.Name.Identifier.Text;
        if (owner is "DateTime" or "DateTimeOffset" && member is "UtcNow" or "Now" or "Today")
        {
            yield return "clock";
        }

        if (owner == "Random" && member == "Shared")
        {
            yield return "unseeded-random";
        }

        if (owner == "Thread" && member == "Sleep")
        {
            yield return "sleep";
        }

        if (member == "Result" && access.Parent is not InvocationExpressionSyntax && LooksLikeTask().IsMatch(access.Expression.ToString()))
        {
            yield return "blocking";
        }
    }

    private static IEnumerable<string> OfCall(InvocationExpressionSyntax call)
    {
        if (call.Expression is not MemberAccessExpressionSyntax access)
        {
            yield break;
        }

        var name = access.Name.Identifier.Text;
        var owner = LastName(access.Expression);
        if (owner == "Task" && name == "Delay" && !HasTimeProvider(call.ArgumentList))
        {
            yield return "untimed-delay";
        }

        var waitsForTask = owner == "Task" && name is "WaitAll" or "WaitAny";
        var waitsForResult = name == "GetResult" && access.Expression.ToString().Contains("GetAwaiter", StringComparison.Ordinal);
        if (waitsForTask || waitsForResult || (name == "Wait" && owner != "Monitor"))
        {
            yield return "blocking";
        }
    }

    private static IEnumerable<string> OfCreation(BaseObjectCreationExpressionSyntax creation)
    {
        var type = creation is ObjectCreationExpressionSyntax named ? LastName(named.Type) : TargetType(creation);
        if (type == "Random" && creation.ArgumentList is not { Arguments.Count: > 0 })
        {
            yield return "unseeded-random";
        }

        if (type == "PeriodicTimer" && (creation.ArgumentList is null || !HasTimeProvider(creation.ArgumentList)))
        {
            yield return "untimed-delay";
        }
    }

    private static IEnumerable<string> OfCatch(CatchClauseSyntax handler)
    {
        var letsGoOn = handler.Block.Statements.LastOrDefault() is ThrowStatementSyntax { Expression: null };
        if (handler.Declaration is null && handler.Filter is null && !letsGoOn)
        {
            yield return "bare-catch";
        }
        else if (handler is { Filter: null, Declaration: { } caught } && LastName(caught.Type) == "Exception" && !Answers(handler))
        {
            yield return "silent-catch";
        }
    }

    /// <summary>A handler answers for what it caught if it rethrows, logs, hands the exception on or says why not.</summary>
    private static bool Answers(CatchClauseSyntax handler)
    {
        var caught = handler.Declaration!.Identifier.ValueText;
        var inside = handler.Block.DescendantNodes().ToArray();
        return inside.Any(node => node is ThrowStatementSyntax or ThrowExpressionSyntax)
            || inside.OfType<IdentifierNameSyntax>().Any(name => caught.Length > 0 && name.Identifier.ValueText == caught)
            || inside.OfType<InvocationExpressionSyntax>().Any(call => LooksLikeLog().IsMatch(call.Expression.ToString()))
            || handler.Block.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia));
    }

    private static bool HasTimeProvider(ArgumentListSyntax arguments) =>
        arguments.Arguments.Count >= 2
        && arguments.Arguments.Skip(1).Any(argument => LooksLikeTimeProvider().IsMatch(argument.Expression.ToString()));

    private static string TargetType(BaseObjectCreationExpressionSyntax creation) =>
        creation.FirstAncestorOrSelf<VariableDeclarationSyntax>()?.Type is { } type ? LastName(type) : "";

    private static string LastName(SyntaxNode node) => node switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        SimpleNameSyntax simple => simple.Identifier.Text,
        _ => "",
    };

    /// <summary>A word that is "time" or ends in "TimeProvider" or "clock"; "timeout" is not one.</summary>
    [GeneratedRegex(@"(?:\b|_)(?:time|\w*timeProvider|\w*clock)(?:\.|$)", RegexOptions.IgnoreCase)]
    private static partial Regex LooksLikeTimeProvider();

    [GeneratedRegex(@"(?:Task|Async\(.*\)|Completion)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex LooksLikeTask();

    [GeneratedRegex(@"(?:^|\.|_)[lL]og(?:ger)?\b|Log\.", RegexOptions.None)]
    private static partial Regex LooksLikeLog();
}
