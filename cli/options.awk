# SPDX-License-Identifier: BSD-2-Clause
#
# Look at a command's options before anything is installed or built for it:
#
#     awk -f cli/options.awk cli/help/COMMAND.txt COMMAND OPTION...
#
# Each has to be one that the text explains, with a value if it takes one, and
# a word or a number where the text says so.  The compiled command looks again,
# and closer (cli/args.c, with the same messages); setup and test have none.
# Exit status: 0, or 2 with one line that says what is wrong.

function wrong(text)
{
	print "vgic: " text >"/dev/stderr"
	exit 2
}

function quoted(text)
{
	return "'" text "'"
}

function is_number(form)
{
	return form ~ /^(N|S|MiB)$/
}

function expected(form)
{
	gsub(/[|]/, ", ", form)
	return is_number(form) ? "a number" : form
}

# "  --option VALUE  text": what takes["--option"] is, "" for a flag
function learn(file,   line, name)
{
	while ((getline line <file) > 0) {
		if (match(line, /^  --[a-z-]+/)) {
			name = substr(line, 3, RLENGTH - 2)
			line = substr(line, RLENGTH + 1)
			sub(/^ /, "", line)
			sub(/( .*|$)/, "", line)
			takes[name] = line
		}
	}
}

function look(name, value,   form)
{
	form = takes[name]
	if (is_number(form) && value !~ /^[0-9]+$/ ||
	    form ~ /[|]/ && !index("|" form "|", "|" value "|")) {
		wrong(name " " value ": expected " expected(form))
	}
}

BEGIN {
	learn(ARGV[1])
	see = "; see ./vgic " ARGV[2] " --help"
	for (i = 3; i < ARGC; i++) {
		at = index(ARGV[i], "=")
		name = at ? substr(ARGV[i], 1, at - 1) : ARGV[i]
		if (name !~ /^-./) {
			wrong("unexpected argument " quoted(ARGV[i]) see)
		} else if (!(name in takes)) {
			wrong("unrecognized option " quoted(name) see)
		} else if (takes[name] == "" && at) {
			wrong("option " quoted(name) " takes no argument")
		} else if (takes[name] != "" && at) {
			look(name, substr(ARGV[i], at + 1))
		} else if (takes[name] != "" && ++i == ARGC) {
			wrong("option " quoted(name) " requires an argument: " \
				expected(takes[name]))
		} else if (takes[name] != "") {
			look(name, ARGV[i])
		}
	}
}
