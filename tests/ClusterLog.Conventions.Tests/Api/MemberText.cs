using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ClusterLog.Conventions.Tests.Api;

/// <summary>One line for one member.</summary>
internal static class MemberText
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static bool IsVisible(PropertyInfo property) => property.GetAccessors(true).Any(IsVisible);

    public static string Of(FieldInfo field)
    {
        var type = TypeText.Name(Nullability.Create(field), field.DeclaringType!);
        return field.IsLiteral
            ? $"{Access(field.IsPublic)} const {type} {field.Name} = {Literal(field.GetRawConstantValue(), field.FieldType)}"
            : $"{Access(field.IsPublic)} {(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name}";
    }

    public static string Of(PropertyInfo property)
    {
        var accessor = property.GetAccessors(true).First(IsVisible);
        var get = property.GetMethod is { } getter && IsVisible(getter) ? "get; " : "";
        var set = property.SetMethod is { } setter && IsVisible(setter) ? (IsInit(setter) ? "init; " : "set; ") : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        var type = TypeText.Name(Nullability.Create(property), property.DeclaringType!);
        return $"{Access(accessor.IsPublic)} {Modifiers(accessor)}{required}{type} {name} {{ {get}{set}}}";
    }

    public static string Of(EventInfo member) =>
        $"{Access(member.AddMethod!.IsPublic)} {Modifiers(member.AddMethod)}event "
        + $"{TypeText.Name(member.EventHandlerType!, member.DeclaringType!)} {member.Name}";

    public static string Of(ConstructorInfo constructor) =>
        $"{Access(constructor.IsPublic)} {TypeText.SimpleName(constructor.DeclaringType!)}({Parameters(constructor)})";

    public static string Of(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>"
            : "";
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        var returns = TypeText.Name(Nullability.Create(method.ReturnParameter), method.DeclaringType!);
        return $"{Access(method.IsPublic)} {Modifiers(method)}{returns} {method.Name}{generic}({extension}{Parameters(method)})";
    }

    private static string Access(bool isPublic) => isPublic ? "public" : "protected";

    private static string Modifiers(MethodInfo method)
    {
        if (method.IsStatic)
        {
            return method.IsAbstract ? "static abstract " : "static ";
        }

        if (method.DeclaringType!.IsInterface)
        {
            return "";
        }

        var overrides = method.GetBaseDefinition() != method;
        return (method.IsAbstract, method.IsVirtual, method.IsFinal, overrides) switch
        {
            (true, _, _, _) => "abstract ",
            (_, true, _, true) => "override ",
            (_, true, false, _) => "virtual ",
            _ => "",
        };
    }

    private static bool IsVisible(MethodInfo method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var passing = (parameter.ParameterType.IsByRef, parameter.IsOut, parameter.IsIn) switch
        {
            (true, true, _) => "out ",
            (true, _, true) => "in ",
            (true, _, _) => "ref ",
            _ => parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "",
        };
        var value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue, parameter.ParameterType)}" : "";
        return $"{passing}{TypeText.Name(Nullability.Create(parameter), parameter.Member.DeclaringType!)} {parameter.Name}{value}";
    }

    private static string Literal(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ when type.IsEnum => $"{TypeText.SimpleName(type)}.{Enum.ToObject(type, value)}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
