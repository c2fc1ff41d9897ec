namespace ClusterLog.Cli.Commands;

/// <summary>
/// The scripts hand the line and the cursor to the program's [suggest] directive and show what it answers; what can be
/// completed is therefore known in one place.
/// </summary>
internal static class CompletionScript
{
    private const string Bash = """
        # bash completion for clusterlog
        _clusterlog() {
            local word="${COMP_WORDS[COMP_CWORD]}" candidates
            candidates="$(clusterlog "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" || return
            # Options are many: they are shown to who begins one.
            [[ "${word}" == -* ]] || candidates="$(grep -v -- '^-' <<< "${candidates}")"
            mapfile -t COMPREPLY < <(compgen -W "${candidates}" -- "${word}")
        }
        complete -o default -F _clusterlog clusterlog

        """;

    private const string Zsh = """
        #compdef clusterlog
        # zsh completion for clusterlog
        _clusterlog() {
            local -a candidates
            candidates=("${(@f)$(clusterlog "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            if (( ${#candidates[@]} )) && [[ -n "${candidates[1]}" ]]; then
                compadd -a candidates
            else
                _files
            fi
        }
        if [[ "${funcstack[1]}" == "_clusterlog" ]]; then
            _clusterlog "$@"
        else
            compdef _clusterlog clusterlog
        fi

        """;

    private const string Fish = """
        # fish completion for clusterlog
        function __clusterlog_complete
            set -l line (commandline -cp)
            clusterlog "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c clusterlog -f -a '(__clusterlog_complete)'
        complete -c clusterlog -l file -r -F

        """;

    /// <summary>The shells that there is a script for.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish"];

    /// <summary>The script of a shell; null for one that is not known.</summary>
    public static string? For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => null,
    };
}
