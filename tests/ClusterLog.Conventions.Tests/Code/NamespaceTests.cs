using ClusterLog.Conventions.Tests.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClusterLog.Conventions.Tests.Code;

public class NamespaceTests
{
    /// <summary>Families of small types may share a file; a type above this has one of its own.</summary>
    private const int SmallTypeLinesMax = 30;

    [Fact]
    public void Namespace_IsTheFolder() => Report.None(
        "The namespace of a file is its folder:",
        from file in SourceFile.All
        let expected = string.Join('.', file.Path.Split('/')[1..^1])
        from declared in file.Nodes<BaseNamespaceDeclarationSyntax>()
        where declared.Name.ToString() != expected
        select $"{file.At(declared)}: {declared.Name}, expected {expected}");

    [Fact]
    public void Namespace_IsFileScopedAndThere() => Report.None(
        "Every file has one file-scoped namespace (a file of top-level statements or attributes alone has none):",
        from file in SourceFile.All
        where file.Nodes<NamespaceDeclarationSyntax>().Any()
            || (file.Root.Members.OfType<BaseTypeDeclarationSyntax>().Any() && !file.Nodes<GlobalStatementSyntax>().Any())
        select file.Path);

    [Fact]
    public void LargeType_HasAFileOfItsOwn() => Report.None(
        $"Two types of more than {SmallTypeLinesMax} lines share a file:",
        from file in SourceFile.All
        let types = TopLevelTypes(file).Where(type => SourceFile.Lines(type) > SmallTypeLinesMax).ToArray()
        where types.Select(type => type.Identifier.Text).Distinct().Count() > 1
        select $"{file.Path}: {string.Join(", ", types.Select(type => type.Identifier.Text))}");

    [Fact]
    public void FileOfOneType_IsNamedAfterIt() => Report.None(
        "A file of one type is `Type.cs` or `Type.Concern.cs`; only a family of small types has a name of its own:",
        from file in SourceFile.All
        let types = TopLevelTypes(file).ToArray()
        let name = Path.GetFileName(file.Path).Split('.')[0]
        where types.Length == 1 && types[0].Identifier.Text != name
        select $"{file.Path}: {types[0].Identifier.Text}");

    [Fact]
    public void Regions_AreNotUsed() => Report.None(
        "A file that needs regions wants splitting:",
        SourceFile.All.Where(file => file.Text.Contains("#region", StringComparison.Ordinal)).Select(file => file.Path));

    private static IEnumerable<BaseTypeDeclarationSyntax> TopLevelTypes(SourceFile file) =>
        file.Nodes<BaseTypeDeclarationSyntax>().Where(type => type.Parent is not BaseTypeDeclarationSyntax);
}
