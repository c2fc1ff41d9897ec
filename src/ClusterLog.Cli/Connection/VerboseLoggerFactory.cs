using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Cli.Connection;

/// <summary>With --verbose: what the client library does, line by line on standard error.</summary>
internal sealed class VerboseLoggerFactory : ILoggerFactory
{
    private readonly TextWriter _target;
    private readonly TimeProvider _time;

    /// <summary>Writes to the target, which stays the caller's.</summary>
    public VerboseLoggerFactory(TextWriter target, TimeProvider time)
    {
        _target = TextWriter.Synchronized(target);
        _time = time;
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new VerboseLogger(this, categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("The command line logs to standard error only.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class VerboseLogger : ILogger
    {
        private readonly VerboseLoggerFactory _owner;
        private readonly string _category;

        public VerboseLogger(VerboseLoggerFactory owner, string category)
        {
            _owner = owner;
            _category = category[(category.LastIndexOf('.') + 1)..];
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Debug and < LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState,
            Exception?,
            string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var cause = exception is null ? string.Empty : $" ({exception.GetType().Name}: {exception.Message})";
                var text = formatter(state, exception);
                _owner._target.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_owner._time.GetUtcNow():HH:mm:ss.fff} {logLevel} {_category}: {text}{cause}"));
            }
        }
    }
}
