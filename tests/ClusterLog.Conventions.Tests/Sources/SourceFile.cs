using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClusterLog.Conventions.Tests.Sources;

/// <summary>One C# file, parsed but not bound: the checks here see syntax, and are written to need no more.</summary>
internal sealed class SourceFile
{
    private SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        Root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(text).GetRoot();
    }

    /// <summary>Every file under src/, in the order of their paths.</summary>
    public static IReadOnlyList<SourceFile> All { get; } = Checkout.Files
        .Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal))
        .AsParallel().AsOrdered()
        .Select(path => new SourceFile(path, Checkout.Read(path)))
        .ToArray();

    public string Path { get; }

    public string Text { get; }

    public CompilationUnitSyntax Root { get; }

    /// <summary>The project that the file belongs to: the folder below src/.</summary>
    public string Project => Path.Split('/')[1];

    public int LineCount => Text.EndsWith('\n') ? Text.AsSpan().Count('\n') : Text.AsSpan().Count('\n') + 1;

    public static SourceFile FromText(string path, string text) => new(path, text);

    public IEnumerable<T> Nodes<T>()
        where T : SyntaxNode => Root.DescendantNodes().OfType<T>();

    /// <summary>Where a node stands, as people and editors read it.</summary>
    public string At(SyntaxNode node) => $"{Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    public static int Lines(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }
}
