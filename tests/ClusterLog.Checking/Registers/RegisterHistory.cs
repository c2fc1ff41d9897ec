using System.Text.Json;
using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Linearizability;

namespace ClusterLog.Checking.Registers;

/// <summary>
/// Histories of registers, by key, as lines of <see cref="HistoryFormat"/>. The value of a read is what it found, null
/// for nil; that of a write what it wrote; that of a cas <c>[expected, value, was set]</c>, the last for type ok only.
/// A cas that compared and did not set is ok with false; type fail says that it was not done at all.
/// </summary>
public static class RegisterHistory
{
    /// <summary>Operations by key; those without one have the key "".</summary>
    /// <exception cref="HistoryFormatException">An operation is none of a register.</exception>
    public static IEnumerable<KeyValuePair<string, Operation<RegisterInput, RegisterOutput>>> FromHistory(
        IEnumerable<HistoryOperation> history) => history.Select(
            operation => KeyValuePair.Create(operation.Key ?? "", FromHistory(operation)));

    public static HistoryOperation ToHistory(Operation<RegisterInput, RegisterOutput> operation, string? key = null)
    {
        var (function, value) = operation.Input.Function switch
        {
            RegisterFunction.Read => ("read", Json(operation.Output.Value)),
            RegisterFunction.Write => ("write", Json(operation.Input.Value)),
            _ => ("cas", Json(operation.Outcome == Outcome.Ok
                ? new object?[] { operation.Input.Expected, operation.Input.Value, operation.Output.WasSet }
                : [operation.Input.Expected, operation.Input.Value])),
        };
        long? completed = operation.Outcome == Outcome.Ok ? operation.Completed : null;
        return new(operation.Process, operation.Outcome, function, key, value, operation.Invoked, completed);
    }

    private static Operation<RegisterInput, RegisterOutput> FromHistory(HistoryOperation operation)
    {
        try
        {
            var (input, output) = operation.Function switch
            {
                "read" => (RegisterInput.Read, new RegisterOutput(
                    operation.Outcome == Outcome.Ok ? Number(operation.Value) : null)),
                "write" => (RegisterInput.Write(Number(operation.Value)), default),
                "cas" => CompareAndSet(operation),
                _ => throw new HistoryFormatException("expected read, write or cas."),
            };
            var completed = operation.Completed ?? operation.Invoked;
            return new(operation.Process, input, output, operation.Outcome, operation.Invoked, completed);
        }
        catch (Exception e) when (e is JsonException or HistoryFormatException)
        {
            throw new HistoryFormatException(
                $"The {operation.Function} of process {operation.Process} invoked at {operation.Invoked}: {e.Message}", e);
        }
    }

    private static (RegisterInput Input, RegisterOutput Output) CompareAndSet(HistoryOperation operation)
    {
        var length = operation.Outcome == Outcome.Ok ? 3 : 2;
        if (operation.Value.ValueKind != JsonValueKind.Array || operation.Value.GetArrayLength() < length)
        {
            throw new HistoryFormatException($"the value is {operation.Value}, expected an array of {length}.");
        }

        var wasSet = length == 3 && operation.Value[2].Deserialize<bool>(HistoryFormat.Json);
        var input = RegisterInput.CompareAndSet(Number(operation.Value[0]), Number(operation.Value[1]));
        return (input, new RegisterOutput(WasSet: wasSet));
    }

    private static long? Number(JsonElement value) => value.Deserialize<long?>(HistoryFormat.Json);

    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value, HistoryFormat.Json);
}
