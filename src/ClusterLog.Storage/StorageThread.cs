namespace ClusterLog.Storage;

/// <summary>
/// A thread of its own around a step that can also be driven by hand: calls the step until it says that there is
/// nothing to do, then waits for <see cref="Signal"/>, or a while, since some steps retry by the clock.
/// </summary>
internal sealed class StorageThread
{
    /// <summary>The longest wait between two calls of the step.</summary>
    public static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(500);

    private readonly Func<bool> _step;
    private readonly Action<Exception> _failed;
    private readonly Func<TimeSpan> _wait;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private bool _signaled;
    private bool _waiting;
    private bool _stopping;

    /// <param name="step">True when it did something.</param>
    /// <param name="failed">Told of an exception that ended the thread.</param>
    /// <param name="wait">How long to wait at most when there is nothing to do; <see cref="IdleWait"/> unless given.</param>
    public StorageThread(string name, Func<bool> step, Action<Exception> failed, Func<TimeSpan>? wait = null)
    {
        (_step, _failed, _wait) = (step, failed, wait ?? (static () => IdleWait));
        _thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    public void Start() => _thread.Start();

    /// <summary>There is something to do. Any thread; cheap while the thread is busy.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            _signaled = true;
            if (_waiting)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Ends the thread once its step finds nothing more to do, and waits for that.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        try
        {
            while (Process())
            {
            }
        }
#pragma warning disable CA1031 // Whatever ends a storage thread must fail storage, in words, and not the process.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _failed(error);
        }
    }

    // One round: work while there is some, then wait. False at the end.
    private bool Process()
    {
        while (_step())
        {
        }

        lock (_gate)
        {
            if (!_signaled && !_stopping)
            {
                _waiting = true;
                Monitor.Wait(_gate, _wait());
                _waiting = false;
            }

            var goesOn = _signaled || !_stopping;
            _signaled = false;
            return goesOn;
        }
    }
}
