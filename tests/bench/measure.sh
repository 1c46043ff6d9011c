# Sourced by the benchmarks: what a set of processes and all their children cost, whatever else the machine does.
# Tried on cgroups v1 (hybrid); on v2 the same figures come from cpu.stat and memory.current.

cgroups_are_unified() { [ -e /sys/fs/cgroup/cgroup.controllers ]; }

# The directories that a host's processes join, as labctl's own do: where the memory is counted, and a place of their
# own for the systemd inside.
host_groups() {
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    echo "/sys/fs/cgroup/$1"
  else
    echo "/sys/fs/cgroup/memory/$1" "/sys/fs/cgroup/systemd/$1"
  fi
}

# Directory of the group NAME whose CPU time is counted; what is started in it stays in it, inside containers too.
cpu_group() {
  if cgroups_are_unified; then echo "/sys/fs/cgroup/$1"; else echo "/sys/fs/cgroup/cpuacct/$1"; fi
}

# Seconds of CPU time (user and system) of the groups in DIRECTORY...
cpu_of() {
  local directory total=0
  for directory; do
    [ -d "$directory" ] || continue
    if cgroups_are_unified; then
      total=$(awk -v t="$total" '$1 == "usage_usec" {print t + $2 / 1e6}' "$directory/cpu.stat")
    else
      total=$(awk -v t="$total" '{print t + $1 / 1e9}' "$directory/cpuacct.usage")
    fi
  done
  echo "$total"
}

# in_group NAME command...: runs the command with its CPU time counted in a new group.
in_group() {
  local group
  group=$(cpu_group "$1")
  shift
  mkdir -p "$group"
  (
    echo "$BASHPID" > "$group/cgroup.procs"
    exec "$@"
  )
}

# Seconds since the machine's start.
now() { cut -d' ' -f1 /proc/uptime; }

# MiB that the processes of all groups below the group PATH use: each page shared between them counted once (PSS).
pss_of() {
  local root
  root=$(host_groups "$1" | cut -d' ' -f1)
  find "$root" -name cgroup.procs -exec cat {} + | sort -u | while read -r pid; do
    cat "/proc/$pid/smaps_rollup" 2> /dev/null || true
  done | awk '$1 == "Pss:" {t += $2} END {printf "%.1f\n", t / 1024}'
}

# MiB that the kernel charges the group PATH, with the page cache of its files.
charged_to() {
  local root
  root=$(host_groups "$1" | cut -d' ' -f1)
  if cgroups_are_unified; then cat "$root/memory.current"; else cat "$root/memory.usage_in_bytes"; fi |
    awk '{printf "%.1f\n", $1 / 1048576}'
}

# median < numbers
median() { sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
