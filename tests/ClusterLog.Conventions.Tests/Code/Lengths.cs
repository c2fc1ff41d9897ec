using ClusterLog.Conventions.Tests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClusterLog.Conventions.Tests.Code;

/// <summary>Lines of files and methods. A method's lines begin at its attributes, not at its documentation.</summary>
internal static class Lengths
{
    public const int FileLinesMax = 300;

    public const int MethodLinesMax = 60;

    public static IEnumerable<Length> OfMethods(SourceFile file) =>
        from node in file.Root.DescendantNodes()
        let name = NameOf(node)
        where name is not null
        select new Length($"{file.Path}#{name}", SourceFile.Lines(node));

    public static Length OfFile(SourceFile file) => new(file.Path, file.LineCount);

    /// <summary>The value that a given share of all lengths do not exceed.</summary>
    public static int Percentile(IEnumerable<Length> lengths, double share)
    {
        var sorted = lengths.Select(length => length.Lines).Order().ToArray();
        return sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }

    private static string? NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        OperatorDeclarationSyntax @operator => $"operator {@operator.OperatorToken.Text}",
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } accessor =>
            $"{property.Identifier.Text}.{accessor.Keyword.Text}",
        _ => null,
    };
}
