/* Looking at the text of a statement: space, tokens, pieces for messages. The grammar
 * does without this; it serves what stands around it. */
#ifndef NABLA_SYNTAX_TOKEN_H
#define NABLA_SYNTAX_TOKEN_H

#include "base/diagnostic.h"

/* Space inside a line. A newline is space too where a statement goes on behind it. */
bool token_is_blank(char c);
bool token_is_space(char c);

/* Behind the space at `at`. */
size_t token_skip_space(const char *text, size_t at);

/* Behind the text in quotes that begins at `at`, or `length` where it never ends. */
size_t token_quote_end(const char *text, size_t length, size_t at);

/* Where the line ends that `at` is in, and with it a comment there. */
size_t token_line_end(const char *text, size_t length, size_t at);

/* The bytes of the word at `text`: letters, digits and what else names go on with. */
size_t token_word_length(const char *text, size_t length);

/* The bytes of the name that `text` begins with, 0 when it begins with none. */
size_t token_name_length(const char *text, size_t length);

/* The token at `at`: a word, a number or a sign, in bytes. */
span token_at(const char *text, size_t length, size_t at);

/* Whether that token, a part of the text, ends an operand: a name, a number, a bracket
 * that closes, a quote, a transpose, a power. */
bool token_ends_operand(const char *text, span token);

/* The last token that begins before `at`; takes time in proportion to `at`. */
span token_before(const char *text, size_t length, size_t at);

/* Where the operand at `at` ends: a token, with the bracket behind it. */
size_t token_operand_end(const char *text, size_t length, size_t at);

/* Where the expression that goes on at `at` ends: at a comma, at a bracket that closes
 * one around it, or with the text. Space at its end is left out. */
size_t token_rest_end(const char *text, size_t length, size_t at);

/* What stands from `begin` to `end` as the numerator of a derivative: in brackets, unless
 * it is a name, a call or in brackets already. */
const char *token_numerator(arena *a, const char *text, size_t begin, size_t end);

/* A terminated copy of `length` bytes for a message: the middle of what is long is left
 * out. */
const char *token_excerpt(arena *a, const char *bytes, size_t length);

#endif
