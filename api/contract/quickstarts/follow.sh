#!/bin/bash
# Follows the event stream: every event once, in events.jsonl, whatever breaks off. Start it again at any time.
# Needs curl and jq: one of each for a whole stream, since to start a program for each event would be slow.
#
#   THROUGHLINE=https://host KEY=throughline_key_… ./follow.sh
set -u
type curl jq >/dev/null || exit 1 # before anything is touched: what is kept would be taken for torn
kept=${KEPT:-events.jsonl}
touch "$kept"
jq -c . "$kept" >"$kept.whole" 2>/dev/null # without a last line that a power cut has torn
mv "$kept.whole" "$kept"

listen() { # from the last event that is kept, or from the beginning
  local cursor
  cursor=$(tail -n 1 "$kept" | jq -r '"\(.logid):\(.position)"')
  latest=${cursor##*:}
  exec 3< <(exec curl --silent --show-error --no-buffer --fail-with-body ${cursor:+--header "Last-Event-ID: $cursor"} \
    --header @<(echo "Authorization: Bearer $KEY") "$THROUGHLINE/events/stream") # the key stays out of `ps`
  stream=$!
  exec 4< <(exec jq --raw-input --raw-output --unbuffered "$lines" <&3)
  exec 3<&-
}

# What a line of the stream says: a word, what it is about, and all of it. Nothing of others, such as `id: …`.
lines='rtrimstr("\r")
  | if . == "event: end" then "end"
    elif startswith("data: ") then .[6:] as $event | ($event | fromjson)
      | "event \(.id) \(.position // "trial") \(.previous // "none")\t\($event)"
    elif startswith("{") then . as $line | (fromjson? // {}) | "refusal \(.status)\t\($line)"
    else empty end'

keep() { # one event; 1 where one before it is missing, which the next stream brings
  local id=$1 position=$2 previous=$3
  if [ "$position" = trial ]; then
    echo "trial $id"
    return
  fi
  if [ "$position" -le "$highest" ] && grep -qF "\"id\":\"$id\"" "$kept"; then
    echo "again $position"
  elif [ "$previous" != none ] && [ "$previous" != "$latest" ] && [ "$previous" != "$asked" ] &&
    ! grep -qE "\"position\":$previous[,}]" "$kept"; then
    echo "missing $previous"
    asked=$previous # once: what does not come then is not to be had
    return 1
  else
    printf '%s\n' "$4" >>"$kept" || exit 1 # no room: the next start goes on behind what was kept whole
    latest=$position
    [ "$position" -le "$highest" ] || highest=$position
    echo "new $position"
  fi
}

asked='' stream=''
highest=$(jq -n 'reduce inputs.position as $one (0; [., $one] | max)' "$kept") # what is above it was never kept
trap '[ "$stream" ] && kill "$stream" 2>/dev/null' EXIT
trap 'exit 0' INT TERM
while true; do
  listen
  while IFS=$'\t' read -r -u 4 said whole; do
    case $said in
      end) break ;;
      "event "*) read -r _ id position previous <<<"$said"; keep "$id" "$position" "$previous" "$whole" || break ;;
      "refusal 410") mv "$kept" "$kept.of-the-log-before"; touch "$kept"; highest=0 ;; # restored: begin anew
      "refusal 40"*) echo "$whole" >&2; exit 1 ;; # the key or the grant: it says what to do
    esac
  done
  kill "$stream" 2>/dev/null
  sleep "${PAUSE:-2}"
done
