#!/bin/bash
# Follows the event stream: every event once, in events.jsonl, whatever breaks off. Start it again at any time.
# Needs curl and jq.
#
#   THROUGHLINE=https://host KEY=throughline_key_… ./follow.sh
set -u
kept=${KEPT:-events.jsonl}
touch "$kept"
jq -c . "$kept" >"$kept.whole" 2>/dev/null # without a last line that a power cut has torn
mv "$kept.whole" "$kept"

listen() { # from the last event that is kept, or from the beginning
  local cursor
  cursor=$(tail -n 1 "$kept" | jq -r '"\(.logid):\(.position)"')
  exec 3< <(exec curl --silent --show-error --no-buffer --fail-with-body ${cursor:+--header "Last-Event-ID: $cursor"} \
    --header @<(echo "Authorization: Bearer $KEY") "$THROUGHLINE/events/stream") # the key stays out of `ps`
  stream=$!
}

keep() { # one event; 1 where one before it is missing, which the next stream brings
  local id position previous
  read -r id position previous < <(jq -r '"\(.id) \(.position // "trial") \(.previous // "")"' <<<"$1")
  if [ "$position" = trial ]; then
    echo "trial $id"
  elif grep -qF "\"id\":\"$id\"" "$kept"; then
    echo "again $position"
  elif [ "$previous" ] && [ "$previous" != "$asked" ] && ! grep -qE "\"position\":$previous[,}]" "$kept"; then
    echo "missing $previous"
    asked=$previous # once: what does not come then is not to be had
    return 1
  else
    printf '%s\n' "$1" >>"$kept"
    echo "new $position"
  fi
}

asked='' stream=''
trap '[ "$stream" ] && kill "$stream" 2>/dev/null' EXIT
trap 'exit 0' INT TERM
while true; do
  listen
  is_over=''
  while IFS= read -r -u 3 line || [ "$line" ]; do # a refusal has no end of line
    case ${line%$'\r'} in
      "event: end") is_over=yes ;;
      "data: "*) [ "$is_over" ] || keep "${line#data: }" || break ;;
      "{"*'"status":410'*) mv "$kept" "$kept.of-the-log-before"; touch "$kept" ;; # restored: begin anew
      "{"*'"status":40'*) echo "$line" >&2; exit 1 ;; # the key or the grant: it says what to do
    esac
  done
  kill "$stream" 2>/dev/null
  sleep "${PAUSE:-2}"
done
