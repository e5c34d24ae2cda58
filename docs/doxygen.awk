# SPDX-License-Identifier: BSD-2-Clause
#
# What Doxygen reads in the place of a header: #defines that follow one another
# share the comment above the first, and Doxygen wants it at each of them.  The
# number of lines is kept.
/^\/\*\* .*\*\/$/ {
	text = $0
	sub(/^\/\*\* */, "", text)
	first = 1
	print
	next
}
/^#define / && text != "" && !/\\$/ {
	print first ? $0 : $0 " /**< " text
	first = 0
	next
}
{
	text = ""
	print
}
