/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lex.h"

/* Longest first. */
static const char *const marks[] = {
	"<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==",
	"!=",  "&&",  "||",  "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
};

void *must_grow(void *old, size_t bytes)
{
	void *grown = realloc(old, bytes);

	if (!grown) {
		perror("mutant");
		exit(2);
	}
	return grown;
}

static void read_text(struct source *source, const char *name)
{
	FILE *file = fopen(name, "rb");
	size_t room = 1u << 20;

	source->text = must_grow(NULL, room);
	if (!file) {
		perror(name);
		exit(2);
	}
	source->size = fread(source->text, 1, room - 1, file);
	source->text[source->size] = '\0';
	fclose(file);
	if (source->size == room - 1) {
		fprintf(stderr, "mutant: %s: too long\n", name);
		exit(2);
	}
}

/* The end of a preprocessor line, with those that continue it. */
static const char *skip_line(const char *at)
{
	while (*at && *at != '\n') {
		at += at[0] == '\\' && at[1] ? 2 : 1;
	}
	return at;
}

static const char *skip_quoted(const char *at)
{
	char quote = *at++;

	while (*at && *at != quote) {
		at += at[0] == '\\' && at[1] ? 2 : 1;
	}
	return *at ? at + 1 : at;
}

/* White space, comments and preprocessor lines. */
static const char *skip_blank(const struct source *source, const char *at)
{
	for (;;) {
		const char *end;

		if (isspace((unsigned char)*at)) {
			at++;
		} else if (at[0] == '/' && at[1] == '*') {
			end = strstr(at + 2, "*/");
			at = end ? end + 2 : at + strlen(at);
		} else if (at[0] == '/' && at[1] == '/') {
			at = skip_line(at);
		} else if (*at == '#' &&
			   (at == source->text || at[-1] == '\n')) {
			at = skip_line(at);
		} else {
			return at;
		}
	}
}

static const char *skip_token(const char *at, enum token_kind *kind)
{
	if (*at == '"' || *at == '\'') {
		*kind = TOKEN_TEXT;
		return skip_quoted(at);
	}
	if (isalnum((unsigned char)*at) || *at == '_') {
		*kind = isdigit((unsigned char)*at) ? TOKEN_NUMBER : TOKEN_WORD;
		while (isalnum((unsigned char)*at) || *at == '_') {
			at++;
		}
		return at;
	}
	*kind = TOKEN_MARK;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (!strncmp(at, marks[i], strlen(marks[i]))) {
			return at + strlen(marks[i]);
		}
	}
	return at + 1;
}

/* Brackets find one another. */
static void match_brackets(struct source *source)
{
	size_t *open = must_grow(NULL, (source->nr_tokens + 1) * sizeof(*open));
	size_t depth = 0;

	for (size_t t = 0; t < source->nr_tokens; t++) {
		source->tokens[t].match = t;
		if (token_among(source, t, " ( [ { ")) {
			open[depth++] = t;
		} else if (token_among(source, t, " ) ] } ") && depth) {
			depth--;
			source->tokens[t].match = open[depth];
			source->tokens[open[depth]].match = t;
		}
	}
	if (depth) {
		fprintf(stderr, "mutant: %s: brackets do not match\n",
			source->path);
		exit(2);
	}
	free(open);
}

void source_read(struct source *source, const char *tree, const char *path)
{
	char name[4096];
	const char *at;

	snprintf(name, sizeof(name), "%s/%s", tree, path);
	source->path = must_grow(NULL, strlen(path) + 1);
	strcpy(source->path, path);
	read_text(source, name);
	/* No more tokens than bytes. */
	source->tokens =
		must_grow(NULL, (source->size + 1) * sizeof(*source->tokens));
	source->nr_tokens = 0;
	at = skip_blank(source, source->text);
	while (*at) {
		struct token *token = &source->tokens[source->nr_tokens++];

		token->from = (size_t)(at - source->text);
		at = skip_token(at, &token->kind);
		token->to = (size_t)(at - source->text);
		at = skip_blank(source, at);
	}
	match_brackets(source);
}

bool token_is(const struct source *source, size_t t, const char *spelling)
{
	const struct token *token = &source->tokens[t];

	return t < source->nr_tokens &&
	       strlen(spelling) == token->to - token->from &&
	       !memcmp(source->text + token->from, spelling,
		       token->to - token->from);
}

bool token_among(const struct source *source, size_t t, const char *words)
{
	const struct token *token = &source->tokens[t];
	size_t length = token->to - token->from;
	char word[64];

	if (t >= source->nr_tokens || length + 3 > sizeof(word)) {
		return false;
	}
	word[0] = ' ';
	memcpy(word + 1, source->text + token->from, length);
	strcpy(word + 1 + length, " ");
	return strstr(words, word);
}

bool token_is_spaced(const struct source *source, size_t t)
{
	const struct token *token = &source->tokens[t];

	return token->from && token->to < source->size &&
	       isspace((unsigned char)source->text[token->from - 1]) &&
	       isspace((unsigned char)source->text[token->to]);
}
