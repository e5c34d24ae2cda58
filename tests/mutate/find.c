/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Source code is searched one function, or one table at file scope, after the
 * other.  Statements are told by what they begin with: that works since
 * clang-format keeps the sources in one style, with braces around each body
 * and spaces around the operators of two operands.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"

#define NONE SIZE_MAX

const char *const mutant_kind_names[MUTANT_KINDS] = {
	[MUTANT_COMPARISON] = "comparison",
	[MUTANT_LOGIC] = "logic",
	[MUTANT_ARITHMETIC] = "arithmetic",
	[MUTANT_CONSTANT] = "constant",
	[MUTANT_NAME] = "name",
	[MUTANT_STATEMENT] = "statement",
	[MUTANT_CALL] = "call",
	[MUTANT_SWAP] = "swap",
	[MUTANT_NEGATED] = "negated",
	[MUTANT_NEVER] = "never",
	[MUTANT_RETURN] = "return",
};

/* One function or table on its way through here. */
struct search {
	const struct source *source;
	struct mutants *list;
	/* Its name, and its body's braces. */
	size_t scope, open, close;
	/* What the function returns: a value, and one of true and false? */
	bool has_value, is_bool;
};

/* The text of the tokens first .. last, with what is between them. */
struct piece {
	int length;
	const char *text;
};

static struct piece piece(const struct source *source, size_t first,
			  size_t last)
{
	size_t from = source->tokens[first].from;

	return (struct piece){ (int)(source->tokens[last].to - from),
			       source->text + from };
}

static char *print(const char *format, va_list args)
{
	char line[4096];
	int length = vsnprintf(line, sizeof(line), format, args);
	char *text;

	if (length < 0 || (size_t)length >= sizeof(line)) {
		return NULL;
	}
	text = must_grow(NULL, (size_t)length + 1);
	memcpy(text, line, (size_t)length + 1);
	return text;
}

/* The tokens first .. last become this text. */
static void add(struct search *search, enum mutant_kind kind, size_t first,
		size_t last, const char *format, ...)
{
	struct mutants *list = &search->list[kind];
	const struct token *tokens = search->source->tokens;
	va_list args;
	char *text;

	va_start(args, format);
	text = print(format, args);
	va_end(args);
	if (!text) {
		return;
	}
	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 256;
		list->all =
			must_grow(list->all, list->room * sizeof(*list->all));
	}
	list->all[list->count++] = (struct mutant){
		.source = search->source,
		.scope = search->scope,
		.from = tokens[first].from,
		.to = tokens[last].to,
		.text = text,
	};
}

/* What operators become; only those of two operands, unless PREFIX. */
struct exchange {
	const char *from, *to;
	enum mutant_kind kind;
	bool prefix;
};

static const struct exchange exchanges[] = {
	{ "<", "<=", MUTANT_COMPARISON, false },
	{ "<", ">", MUTANT_COMPARISON, false },
	{ "<=", "<", MUTANT_COMPARISON, false },
	{ "<=", ">=", MUTANT_COMPARISON, false },
	{ ">", ">=", MUTANT_COMPARISON, false },
	{ ">", "<", MUTANT_COMPARISON, false },
	{ ">=", ">", MUTANT_COMPARISON, false },
	{ ">=", "<=", MUTANT_COMPARISON, false },
	{ "==", "!=", MUTANT_COMPARISON, false },
	{ "!=", "==", MUTANT_COMPARISON, false },
	{ "&&", "||", MUTANT_LOGIC, false },
	{ "||", "&&", MUTANT_LOGIC, false },
	{ "+", "-", MUTANT_ARITHMETIC, false },
	{ "-", "+", MUTANT_ARITHMETIC, false },
	{ "*", "+", MUTANT_ARITHMETIC, false },
	{ "/", "*", MUTANT_ARITHMETIC, false },
	{ "%", "/", MUTANT_ARITHMETIC, false },
	{ "<<", ">>", MUTANT_ARITHMETIC, false },
	{ ">>", "<<", MUTANT_ARITHMETIC, false },
	{ "&", "|", MUTANT_ARITHMETIC, false },
	{ "|", "&", MUTANT_ARITHMETIC, false },
	{ "^", "|", MUTANT_ARITHMETIC, false },
	{ "+=", "-=", MUTANT_ARITHMETIC, false },
	{ "-=", "+=", MUTANT_ARITHMETIC, false },
	{ "*=", "+=", MUTANT_ARITHMETIC, false },
	{ "/=", "*=", MUTANT_ARITHMETIC, false },
	{ "|=", "&=", MUTANT_ARITHMETIC, false },
	{ "|=", "=", MUTANT_ARITHMETIC, false },
	{ "&=", "|=", MUTANT_ARITHMETIC, false },
	{ "&=", "=", MUTANT_ARITHMETIC, false },
	{ "^=", "|=", MUTANT_ARITHMETIC, false },
	{ "<<=", ">>=", MUTANT_ARITHMETIC, false },
	{ ">>=", "<<=", MUTANT_ARITHMETIC, false },
	{ "++", "--", MUTANT_ARITHMETIC, true },
	{ "--", "++", MUTANT_ARITHMETIC, true },
	{ "~", "", MUTANT_ARITHMETIC, true },
	{ "!", "", MUTANT_ARITHMETIC, true },
};

static void find_operator(struct search *search, size_t t)
{
	for (size_t i = 0; i < sizeof(exchanges) / sizeof(*exchanges); i++) {
		const struct exchange *exchange = &exchanges[i];

		if (token_is(search->source, t, exchange->from) &&
		    (exchange->prefix || token_is_spaced(search->source, t))) {
			add(search, exchange->kind, t, t, "%s", exchange->to);
		}
	}
}

/* From t on, or back from it: the first token that ends an operand. */
static size_t operand_end(const struct source *source, size_t t, bool back)
{
	const char *ends = back ? " ( [ { && || = += |= &= return , ; ? : " :
				  " ) ] } && || , ; ? : ";

	while (!token_among(source, t, ends)) {
		bool bracket =
			token_among(source, t, back ? " ) ] } " : " ( [ { ");

		t = bracket ? source->tokens[t].match : t;
		t = back ? t - 1 : t + 1;
	}
	return t;
}

/* One side of && or || does not count. */
static void find_side(struct search *search, size_t t)
{
	const struct source *source = search->source;
	bool both = token_is(source, t, "&&");
	size_t left, right;

	if (!both && !token_is(source, t, "||")) {
		return;
	}
	left = operand_end(source, t - 1, true) + 1;
	right = operand_end(source, t + 1, false) - 1;
	add(search, MUTANT_LOGIC, left, t - 1, both ? "true" : "false");
	add(search, MUTANT_LOGIC, t + 1, right, both ? "true" : "false");
}

static void add_number(struct search *search, size_t t, bool hex,
		       unsigned long long value, const char *suffix)
{
	add(search, MUTANT_CONSTANT, t, t, hex ? "0x%llx%s" : "%llu%s", value,
	    suffix);
}

static void find_number(struct search *search, size_t t)
{
	const struct source *source = search->source;
	struct piece number = piece(source, t, t);
	char *end;
	unsigned long long value = strtoull(number.text, &end, 0);
	bool hex = number.length > 1 &&
		   tolower((unsigned char)number.text[1]) == 'x';
	char suffix[16];

	snprintf(suffix, sizeof(suffix), "%.*s",
		 (int)(number.length - (end - number.text)), end);
	add_number(search, t, hex, value + 1, suffix);
	if (value) {
		add_number(search, t, hex, value - 1, suffix);
	}
	if (value > 1) {
		add_number(search, t, hex, 0, suffix);
	}
	/* A mask: without its lowest bit, without its highest. */
	if (hex && (value & (value - 1)) && !(value & 1)) {
		add_number(search, t, hex, value & (value - 1), suffix);
	}
	if (hex && (value & (value - 1))) {
		int top = 63 - __builtin_clzll(value);

		add_number(search, t, hex, value & ~(1ull << top), suffix);
	}
}

/* Constants have names in capitals, that of a field may follow in small. */
static bool is_named_constant(const struct source *source, size_t t)
{
	struct piece word = piece(source, t, t);

	return word.length > 1 && isupper((unsigned char)word.text[0]) &&
	       (isupper((unsigned char)word.text[1]) || word.text[1] == '_') &&
	       !token_is(source, t, "NULL") && !token_is(source, t + 1, "(");
}

static void find_word(struct search *search, size_t t)
{
	const struct source *source = search->source;
	struct piece word = piece(source, t, t);

	if (token_is(source, t, "true")) {
		add(search, MUTANT_CONSTANT, t, t, "false");
	} else if (token_is(source, t, "false")) {
		add(search, MUTANT_CONSTANT, t, t, "true");
	} else if (is_named_constant(source, t)) {
		add(search, MUTANT_NAME, t, t, "0");
		add(search, MUTANT_NAME, t, t, "(%.*s + 1)", word.length,
		    word.text);
	}
	if (is_named_constant(source, t) && strstr(word.text, "MASK") &&
	    strstr(word.text, "MASK") < word.text + word.length) {
		add(search, MUTANT_NAME, t, t, "(%.*s & (%.*s - 1))",
		    word.length, word.text, word.length, word.text);
	}
}

static const char not_called[] = " if for while switch return sizeof "
				 "_Alignof _Static_assert _Atomic ";

static bool is_call(const struct source *source, size_t t)
{
	return source->tokens[t].kind == TOKEN_WORD &&
	       token_is(source, t + 1, "(") &&
	       !token_among(source, t, not_called);
}

/* Each two neighbours among the arguments of a call. */
static void find_arguments(struct search *search, size_t t)
{
	const struct source *source = search->source;
	size_t close = source->tokens[t + 1].match;
	size_t from = t + 2, before = NONE, before_end = NONE;

	for (size_t i = from; i <= close; i++) {
		struct piece first, second;

		if (i < close && token_among(source, i, " ( [ { ")) {
			i = source->tokens[i].match;
			continue;
		}
		if (i < close && !token_is(source, i, ",")) {
			continue;
		}
		if (before != NONE) {
			first = piece(source, before, before_end);
			second = piece(source, from, i - 1);
			add(search, MUTANT_SWAP, before, i - 1, "%.*s, %.*s",
			    second.length, second.text, first.length,
			    first.text);
		}
		before = from;
		before_end = i - 1;
		from = i + 1;
	}
}

/* The arms of ?: the other way round. */
static void find_choice(struct search *search, size_t t)
{
	const struct source *source = search->source;
	size_t colon = t + 1, end;
	struct piece first, second;

	while (!token_is(source, colon, ":")) {
		if (token_is(source, colon, "?")) {
			return;
		}
		colon = token_among(source, colon, " ( [ { ") ?
				source->tokens[colon].match + 1 :
				colon + 1;
	}
	end = operand_end(source, colon + 1, false);
	while (token_among(source, end, " && || ")) {
		end = operand_end(source, end + 1, false);
	}
	if (token_is(source, end, "?")) {
		return;
	}
	first = piece(source, t + 1, colon - 1);
	second = piece(source, colon + 1, end - 1);
	add(search, MUTANT_NEGATED, t + 1, end - 1, "%.*s : %.*s",
	    second.length, second.text, first.length, first.text);
}

/* What can be done to an expression, or to part of one. */
static void find_in_expression(struct search *search, size_t first, size_t last)
{
	const struct source *source = search->source;

	for (size_t t = first; t <= last; t++) {
		switch (source->tokens[t].kind) {
		case TOKEN_NUMBER:
			find_number(search, t);
			break;
		case TOKEN_WORD:
			find_word(search, t);
			if (is_call(source, t)) {
				find_arguments(search, t);
			}
			break;
		case TOKEN_MARK:
			find_operator(search, t);
			find_side(search, t);
			if (token_is(source, t, "?")) {
				find_choice(search, t);
			}
			break;
		default:
			break;
		}
	}
}

static bool is_declaration(const struct source *source, size_t t)
{
	if (token_among(source, t,
			" const static struct enum union void bool "
			"int unsigned char _Atomic ")) {
		return true;
	}
	return source->tokens[t].kind == TOKEN_WORD &&
	       !token_among(source, t, " return goto if while for switch ") &&
	       (source->tokens[t + 1].kind == TOKEN_WORD ||
		(token_is(source, t + 1, "*") &&
		 !token_is_spaced(source, t + 1)));
}

static size_t statement_end(const struct source *source, size_t t)
{
	while (!token_is(source, t, ";")) {
		t = token_among(source, t, " ( [ { ") ?
			    source->tokens[t].match + 1 :
			    t + 1;
	}
	return t;
}

/* A return before this statement. */
static void find_return(struct search *search, size_t t)
{
	struct piece word = piece(search->source, t, t);

	if (!search->has_value) {
		if (!token_is(search->source, t, "return")) {
			add(search, MUTANT_RETURN, t, t, "return; %.*s",
			    word.length, word.text);
		}
		return;
	}
	/* Unless it is that. */
	if (!token_is(search->source, t, "return") ||
	    !token_among(search->source, t + 1,
			 " 0 false NULL VGIC_OK VGIC_TRAP_DONE ")) {
		add(search, MUTANT_RETURN, t, t, "return 0; %.*s", word.length,
		    word.text);
	}
	if (search->is_bool && !token_is(search->source, t + 1, "true")) {
		add(search, MUTANT_RETURN, t, t, "return 1; %.*s", word.length,
		    word.text);
	}
}

static void find_dropped(struct search *search, size_t t, size_t end)
{
	const struct source *source = search->source;
	enum mutant_kind kind = MUTANT_CALL;

	if (token_is(source, t, "return") && search->has_value) {
		return;
	}
	/* Only there to say that something is not used. */
	if (token_is(source, t, "(") && token_is(source, t + 1, "void") &&
	    !token_is(source, end - 1, ")")) {
		return;
	}
	for (size_t i = t; i < end; i++) {
		if (token_among(source, i,
				" = += -= |= &= ^= ++ -- <<= >>= ")) {
			kind = MUTANT_STATEMENT;
		}
	}
	if (token_among(source, t, " return break continue goto ")) {
		kind = MUTANT_STATEMENT;
	}
	add(search, kind, t, end, ";");
}

/* A statement that ends in a semicolon.  Returns where the next one is. */
static size_t find_simple(struct search *search, size_t t)
{
	const struct source *source = search->source;
	size_t end = statement_end(source, t);
	size_t value = t;

	if (is_declaration(source, t)) {
		/* What it declares, array sizes included, stays. */
		while (value < end && !token_is(source, value, "=")) {
			value++;
		}
	} else {
		find_dropped(search, t, end);
	}
	if (value < end) {
		find_in_expression(search, value, end - 1);
	}
	return end + 1;
}

/* if, while, for and switch up to the body.  Returns where that begins. */
static size_t find_head(struct search *search, size_t t)
{
	const struct source *source = search->source;
	size_t open = t + 1, close = source->tokens[open].match;
	struct piece condition = piece(source, open, close);

	if (token_is(source, t, "for")) {
		/* A step that is wrong only makes it endless. */
		size_t first = statement_end(source, open + 1);

		find_in_expression(search, open + 1,
				   statement_end(source, first + 1));
		return close + 1;
	}
	find_in_expression(search, open + 1, close - 1);
	if (token_among(source, t, " if while ")) {
		add(search, MUTANT_NEGATED, open, close, "(!%.*s)",
		    condition.length, condition.text);
	}
	if (token_is(source, t, "if")) {
		add(search, MUTANT_NEVER, open, close, "(false && %.*s)",
		    condition.length, condition.text);
	}
	return close + 1;
}

static void find_in_function(struct search *search)
{
	const struct source *source = search->source;
	size_t t = search->open + 1;
	unsigned int depth = 0;

	while (t < search->close) {
		if (token_among(source, t, " { } else do ; ")) {
			depth += token_is(source, t, "{");
			depth -= token_is(source, t, "}");
			t++;
			continue;
		}
		if (token_among(source, t, " case default ")) {
			while (!token_is(source, t, ":")) {
				t++;
			}
			t++;
			continue;
		}
		if ((depth == 0 || !search->has_value) &&
		    !token_is(source, t - 1, "else") &&
		    !is_declaration(source, t)) {
			find_return(search, t);
		}
		if (token_among(source, t, " if while for switch ")) {
			t = find_head(search, t);
		} else {
			t = find_simple(search, t);
		}
	}
}

/* Any word in between. */
static bool has_word(const struct source *source, size_t from, size_t to,
		     const char *spelling)
{
	for (size_t t = from; t < to; t++) {
		if (token_is(source, t, spelling)) {
			return true;
		}
	}
	return false;
}

/* A brace at file scope, after what began at `start`. */
static void find_in_block(struct search *search, size_t start)
{
	const struct source *source = search->source;
	size_t t = search->open;

	if (token_is(source, t - 1, ")")) {
		search->scope = source->tokens[t - 1].match - 1;
		search->has_value =
			!has_word(source, start, search->scope, "void") ||
			has_word(source, start, search->scope, "*");
		search->is_bool =
			has_word(source, start, search->scope, "bool");
		find_in_function(search);
	} else if (token_is(source, t - 1, "=")) {
		for (t = start; !token_among(source, t + 1, " = [ "); t++) {
		}
		search->scope = t;
		find_in_expression(search, search->open, search->close);
	}
}

void find_mutants(const struct source *source,
		  struct mutants list[MUTANT_KINDS])
{
	size_t start = 0;

	for (size_t t = 0; t < source->nr_tokens; t++) {
		struct search search = {
			.source = source,
			.list = list,
			.open = t,
			.close = source->tokens[t].match,
		};

		if (token_is(source, t, "{")) {
			find_in_block(&search, start);
			t = search.close;
		} else if (token_is(source, t, "(")) {
			t = source->tokens[t].match;
		} else if (!token_is(source, t, ";")) {
			continue;
		}
		if (!token_is(source, t, ")")) {
			start = t + 1;
		}
	}
}
