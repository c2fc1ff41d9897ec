using ClusterLog.Checking.Linearizability;

namespace ClusterLog.Checking.Registers;

/// <summary>A register that can be read, written and compared-and-set. It begins as nil.</summary>
public sealed class RegisterModel : ISequentialModel<long?, RegisterInput, RegisterOutput>
{
    public long? Initial => null;

    public bool TryApply(long? state, RegisterInput input, RegisterOutput output, out long? next)
    {
        next = ApplyUnknown(state, input);
        return input.Function switch
        {
            RegisterFunction.Read => output.Value == state,
            RegisterFunction.CompareAndSet => output.WasSet == (state == input.Expected),
            _ => true,
        };
    }

    public long? ApplyUnknown(long? state, RegisterInput input) => input.Function switch
    {
        RegisterFunction.Read => state,
        RegisterFunction.CompareAndSet => state == input.Expected ? input.Value : state,
        _ => input.Value,
    };

    public string Describe(RegisterInput input, RegisterOutput output, bool isKnown) => input.Function switch
    {
        RegisterFunction.Read => $"read() = {(isKnown ? Show(output.Value) : "?")}",
        RegisterFunction.Write => $"write({Show(input.Value)})",
        _ => $"cas({Show(input.Expected)}, {Show(input.Value)}) = {(isKnown ? output.WasSet ? "set" : "not set" : "?")}",
    };

    private static string Show(long? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nil";
}
