/* SPDX-License-Identifier: MIT
 * lex.h - text to tokens */
#ifndef TMPL_LEX_H
#define TMPL_LEX_H

#include "base/base.h"

struct arena;

enum tok_kind {
	TOK_ERROR, /* text is the message */
	TOK_EOF,
	TOK_TEXT,
	TOK_LEFT, TOK_RIGHT, /* {{ }} */
	TOK_SPACE,
	TOK_ASSIGN, TOK_DECLARE, /* = := */
	TOK_PIPE, TOK_LPAREN, TOK_RPAREN,
	TOK_CHAR, /* any other that prints */
	TOK_BOOL, TOK_NUMBER, TOK_RUNE, TOK_STRING, TOK_RAW,
	TOK_FIELD, TOK_VAR, TOK_IDENT, /* with their dot, dollar */
	TOK_KEYWORD, /* none; these are: */
	TOK_BLOCK, TOK_BREAK, TOK_CONTINUE, TOK_DEFINE, TOK_DOT, TOK_ELSE, TOK_END, TOK_IF,
	TOK_NIL, TOK_RANGE, TOK_TEMPLATE, TOK_WITH,
};
struct tok {
	enum tok_kind kind;
	unsigned line; /* where it begins */
	size_t at;     /* byte, there */
	str text;      /* points into the template */
};

struct lex {
	struct arena *a; /* for messages */
	str in;
	size_t pos;      /* the next byte to look at */
	size_t start;    /* of the token at hand */
	unsigned lines;  /* line ends before start */
	unsigned paren;  /* open parentheses in this action */
	bool action;     /* inside {{ }} */
};
/* The next token; after TOK_EOF and TOK_ERROR there is none. Comments are skipped and
 * text is trimmed as its neighbours' "{{- " and " -}}" ask. */
struct tok lex_next(struct lex *);

#endif
