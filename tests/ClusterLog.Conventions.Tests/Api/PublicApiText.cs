using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace ClusterLog.Conventions.Tests.Api;

/// <summary>
/// The visible types of an assembly and their members as C#-like lines, sorted. What the compiler writes for records
/// is left out.
/// </summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(TypeText.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (var line in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(line).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Header(Type type)
    {
        if (type.IsEnum)
        {
            return $"public enum {TypeText.FullName(type)} : {TypeText.Name(Enum.GetUnderlyingType(type), type)}";
        }

        var bases = new List<string>();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            bases.Add(TypeText.Name(parent, type));
        }

        // IEquatable of itself comes with every record and says nothing.
        bases.AddRange(type.GetInterfaces()
            .Except(type.BaseType?.GetInterfaces() ?? [])
            .Where(i => i != typeof(IEquatable<>).MakeGenericType(type))
            .Select(i => TypeText.Name(i, type))
            .Order(StringComparer.Ordinal));
        return $"public {Kind(type)} {TypeText.FullName(type)}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}";
    }

    private static string Kind(Type type)
    {
        if (type.IsInterface)
        {
            return "interface";
        }

        if (type.IsValueType)
        {
            var readOnly = type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "";
            var reference = type.IsByRefLike ? "ref " : "";
            return $"{readOnly}{reference}{(IsRecord(type) ? "record " : "")}struct";
        }

        var modifier = (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => "static ",
            (true, false) => "abstract ",
            (false, true) => "sealed ",
            _ => "",
        };
        return $"{modifier}{(IsRecord(type) ? "record" : "class")}";
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", Declared) is { } print && print.IsDefined(typeof(CompilerGeneratedAttribute));

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name =>
                $"{name} = {Convert.ChangeType(Enum.Parse(type, name), Enum.GetUnderlyingType(type), null)}");
        }

        return type.GetFields(Declared).Where(f => IsVisible(f.Attributes) && !IsGenerated(f)).Select(MemberText.Of)
            .Concat(type.GetProperties(Declared).Where(MemberText.IsVisible).Select(MemberText.Of))
            .Concat(type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod)).Select(MemberText.Of))
            .Concat(type.GetConstructors(Declared).Where(c => IsVisible(c) && !c.IsStatic && !IsGenerated(c)).Select(MemberText.Of))
            .Concat(type.GetMethods(Declared).Where(m => IsVisible(m) && !IsAccessor(m) && !IsGenerated(m)).Select(MemberText.Of));
    }

    private static bool IsVisible(FieldAttributes attributes) =>
        (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family
            or FieldAttributes.FamORAssem;

    private static bool IsVisible(MethodBase? method) =>
        method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute));
}
