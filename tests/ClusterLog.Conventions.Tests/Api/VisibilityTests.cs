using ClusterLog.Conventions.Tests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClusterLog.Conventions.Tests.Api;

public class VisibilityTests
{
    private static readonly string[] PublicProjects = ["ClusterLog.Client", "ClusterLog.Protocol"];

    [Fact]
    public void Types_OutsideClientAndProtocol_AreInternal() => Report.None(
        "Only ClusterLog.Client and ClusterLog.Protocol promise anything to other people's code:",
        from file in SourceFile.All
        where !PublicProjects.Contains(file.Project) && Path.GetFileName(file.Path) != "Program.cs"
        from type in file.Nodes<BaseTypeDeclarationSyntax>()
        where type.Parent is not BaseTypeDeclarationSyntax && type.Modifiers.Any(SyntaxKind.PublicKeyword)
        select $"{file.At(type)}: {type.Identifier.Text}");

    [Fact]
    public void Classes_AreSealedStaticOrAbstract() => Report.None(
        "A class is sealed unless it is made to be derived from (exceptions are):",
        from file in SourceFile.All
        from type in file.Nodes<TypeDeclarationSyntax>()
        where type is ClassDeclarationSyntax || type.IsKind(SyntaxKind.RecordDeclaration)
        let modifiers = type.Modifiers.Select(m => m.Kind()).ToHashSet()
        where !modifiers.Overlaps([SyntaxKind.SealedKeyword, SyntaxKind.StaticKeyword, SyntaxKind.AbstractKeyword])
            && !type.Identifier.Text.EndsWith("Exception", StringComparison.Ordinal) && !IsClosedElsewhere(type) && !IsBase(type.Identifier.Text)
        select $"{file.At(type)}: {type.Identifier.Text}");

    /// <summary>Another part of a partial class may carry the modifier.</summary>
    private static bool IsClosedElsewhere(TypeDeclarationSyntax type) =>
        type.Modifiers.Any(SyntaxKind.PartialKeyword)
        && Declarations[type.Identifier.Text].Any(other => other.Modifiers.Any(SyntaxKind.SealedKeyword)
            || other.Modifiers.Any(SyntaxKind.StaticKeyword) || other.Modifiers.Any(SyntaxKind.AbstractKeyword));

    private static bool IsBase(string name) => BaseNames.Contains(name);

    private static readonly ILookup<string, TypeDeclarationSyntax> Declarations = SourceFile.All
        .SelectMany(file => file.Nodes<TypeDeclarationSyntax>())
        .ToLookup(type => type.Identifier.Text);

    private static readonly HashSet<string> BaseNames = SourceFile.All
        .SelectMany(file => file.Nodes<BaseTypeSyntax>())
        .Select(type => type.Type.ToString().Split('.')[^1].Split('<')[0])
        .ToHashSet();
}
