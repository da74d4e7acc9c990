/* Completion: what fits at the cursor, and how it is listed. */
#ifndef NABLA_REPL_COMPLETE_H
#define NABLA_REPL_COMPLETE_H

#include "nabla.h"
#include "repl/bytes.h"

/* One that fits. The strings belong to the completion. */
typedef struct candidate {
    char *word;
    char *label;  /* what a list shows: a signature, or the word */
    char *about;  /* behind it; "" */
    char *behind; /* what is typed next: "(", "=", " " or "" */
} candidate;

typedef struct completion {
    size_t begin; /* of what they replace, up to the cursor */
    candidate *items;
    size_t count, capacity;
    bool file; /* a file name is wanted there, which the system knows */
} completion;

/* What fits at the end of `text`: what the session knows, and signs for words behind a
 * backslash (`\alpha` for α) and powers (`^2` for ²). */
void complete_text(completion *c, nabla *n, const char *text, size_t length);

void complete_free(completion *c);

/* Adds a list of them for a window of that size, in order; rows end with "\r\n". */
void complete_list(bytes *out, completion *c, size_t rows, size_t columns, bool colored);

#endif
