#!/bin/sh
# Prints how many compilers may run side by side: one a processor, and 1.5 GB of free memory each (a file with the
# torch headers takes 1.2 GB). A memory limit of the control group counts as well as the machine's memory.
processors=$(nproc)
free_kb=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
if [ "$limit" != max ]; then
  room_kb=$((limit / 1024 - $(cat /sys/fs/cgroup/memory.current) / 1024))
  [ "$room_kb" -lt "$free_kb" ] && free_kb=$room_kb
fi
jobs=$((free_kb / 1500000))
[ "$jobs" -gt "$processors" ] && jobs=$processors
[ "$jobs" -lt 1 ] && jobs=1
echo "$jobs"
