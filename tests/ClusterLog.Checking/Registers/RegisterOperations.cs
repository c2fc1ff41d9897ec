namespace ClusterLog.Checking.Registers;

/// <summary>What a register can do.</summary>
public enum RegisterFunction
{
    Read,
    Write,
    CompareAndSet,
}

/// <summary>What is asked of a register. Null is the value nil.</summary>
/// <param name="Function">What to do.</param>
/// <param name="Value">The value to write; nothing for a read.</param>
/// <param name="Expected">The value that a compare-and-set must find.</param>
public readonly record struct RegisterInput(RegisterFunction Function, long? Value = null, long? Expected = null)
{
    public static RegisterInput Read => new(RegisterFunction.Read);

    public static RegisterInput Write(long? value) => new(RegisterFunction.Write, value);

    public static RegisterInput CompareAndSet(long? expected, long? value) =>
        new(RegisterFunction.CompareAndSet, value, expected);
}

/// <summary>What a register answers.</summary>
/// <param name="Value">The value read.</param>
/// <param name="WasSet">Whether a compare-and-set found what it expected, and so wrote.</param>
public readonly record struct RegisterOutput(long? Value = null, bool WasSet = false);
