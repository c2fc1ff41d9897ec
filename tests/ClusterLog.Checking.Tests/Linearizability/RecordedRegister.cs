using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Linearizability;
using ClusterLog.Checking.Registers;

namespace ClusterLog.Checking.Tests.Linearizability;

/// <summary>
/// Records histories of a register that is atomic by construction: every operation takes effect at one step of a random
/// interleaving of invocations, effects and completions. Some outcomes get lost, some operations too.
/// </summary>
internal sealed class RecordedRegister
{
    private const int Values = 4;

    private readonly Random _random;
    private readonly List<Operation<RegisterInput, RegisterOutput>> _history = [];
    private readonly List<Running> _running = [];
    private long? _register;
    private long _time;

    private RecordedRegister(int seed) => _random = new Random(seed);

    public static Operation<RegisterInput, RegisterOutput>[] Record(int seed, int operations, int concurrency)
    {
        var recorder = new RecordedRegister(seed);
        var left = operations;
        while (left > 0 || recorder._running.Count > 0)
        {
            if (left > 0 && recorder._running.Count < concurrency && recorder._random.Next(2) == 0)
            {
                left--;
                recorder._running.Add(new(recorder._time++, recorder.AnyInput()));
            }
            else if (recorder._running.Count > 0)
            {
                recorder.Advance(recorder._running[recorder._random.Next(recorder._running.Count)]);
            }
        }

        return [.. recorder._history];
    }

    private void Advance(Running running)
    {
        var chance = _random.Next(20);
        if (chance == 0 && !running.IsAbandoned)
        {
            // The caller learns nothing more. The operation goes on, and may take effect long after.
            running.IsAbandoned = true;
            _history.Add(new(running.Invoked, running.Input, default, Outcome.Unknown, running.Invoked, _time++));
        }
        else if (chance == 1 && running.Output is null)
        {
            // It will never take effect; the caller may know.
            if (!running.IsAbandoned)
            {
                _history.Add(new(running.Invoked, running.Input, default, Outcome.Failed, running.Invoked, _time++));
            }

            _running.Remove(running);
        }
        else if (running.Output is null)
        {
            running.Output = Apply(running.Input);
        }
        else
        {
            if (!running.IsAbandoned)
            {
                _history.Add(new(running.Invoked, running.Input, running.Output.Value, Outcome.Ok, running.Invoked, _time++));
            }

            _running.Remove(running);
        }
    }

    /// <summary>The register itself. Not the model: what it does is written out here again.</summary>
    private RegisterOutput Apply(RegisterInput input)
    {
        switch (input.Function)
        {
            case RegisterFunction.Read:
                return new RegisterOutput(_register);
            case RegisterFunction.Write:
                _register = input.Value;
                return default;
            default:
                var finds = _register == input.Expected;
                _register = finds ? input.Value : _register;
                return new RegisterOutput(WasSet: finds);
        }
    }

    private RegisterInput AnyInput() => _random.Next(3) switch
    {
        0 => RegisterInput.Read,
        1 => RegisterInput.Write(_random.Next(Values)),
        _ => RegisterInput.CompareAndSet(_random.Next(Values), _random.Next(Values)),
    };

    private sealed class Running(long invoked, RegisterInput input)
    {
        public long Invoked { get; } = invoked;

        public RegisterInput Input { get; } = input;

        public RegisterOutput? Output { get; set; }

        public bool IsAbandoned { get; set; }
    }
}
