using System.Reflection;

namespace ClusterLog.Conventions.Tests.Api;

/// <summary>Names of types as C# writes them, with nullability where it is known.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(char)] = "char",
        [typeof(decimal)] = "decimal",
    };

    public static string FullName(Type type)
    {
        var owner = type.DeclaringType is { } outer ? FullName(outer) : type.Namespace;
        return $"{owner}.{SimpleName(type)}{Arguments(type.IsGenericType ? type.GetGenericArguments().Select(a => a.Name) : [])}";
    }

    public static string SimpleName(Type type) => type.Name.Split('`')[0];

    /// <summary>The name as the declaring type would write it: with its namespace only if that is another of ours.</summary>
    public static string Name(Type type, Type declaring)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, declaring);
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!, declaring)}[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return $"{Name(inner, declaring)}?";
        }

        return $"{Plain(type, declaring)}{Arguments(type.GetGenericArguments().Select(a => Name(a, declaring)))}";
    }

    public static string Name(NullabilityInfo info, Type declaring)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        var mark = !type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray && info.ElementType is { } element)
        {
            return $"{Name(element, declaring)}[]{mark}";
        }

        // For T? of a value type the context already describes T's own arguments.
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var arguments = info.GenericTypeArguments.Length == plain.GetGenericArguments().Length && plain == type
            ? info.GenericTypeArguments.Select(a => Name(a, declaring))
            : plain.GetGenericArguments().Select(a => Name(a, declaring));
        var optional = plain == type ? "" : "?";
        return $"{Plain(plain, declaring)}{Arguments(arguments)}{optional}{mark}";
    }

    private static string Plain(Type type, Type declaring)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        var isForeign = type.Namespace?.StartsWith("ClusterLog.", StringComparison.Ordinal) == true
            && type.Namespace != declaring.Namespace;
        return isForeign ? $"{type.Namespace}.{SimpleName(type)}" : SimpleName(type);
    }

    private static string Arguments(IEnumerable<string> names)
    {
        var list = string.Join(", ", names);
        return list.Length == 0 ? "" : $"<{list}>";
    }
}
