/* regex.h: the compiled form of a regular expression, shared by its compiler and its
 * matcher.
 *
 * A regex is an array of nodes; nodes refer to each other by index, 0 meaning none. A
 * sequence or a choice lists its parts through their `next`. */

#ifndef NABLA_MPC_REGEX_H
#define NABLA_MPC_REGEX_H

#include "internal.h"

typedef enum {
    RE_EMPTY,
    RE_BYTE,     /* the byte `c` */
    RE_SET,      /* a byte of the set */
    RE_START,    /* ^ and \A */
    RE_LINE,     /* the start, or just after a newline */
    RE_END,      /* \Z */
    RE_LAST,     /* $: the end, or a newline before it */
    RE_LINE_END, /* $ in multiline mode: the end or a newline */
    RE_EDGE,     /* \b */
    RE_NO_EDGE,  /* \B */
    RE_SEQUENCE, /* the parts in order */
    RE_CHOICE,   /* the first part that matches */
    RE_REPEAT    /* the part at least `min`, at most `max` times */
} mpc_re_op;

typedef struct {
    uint8_t op;
    uint8_t c;
    int next; /* the sibling in a sequence or choice */
    int part; /* the first, or only, part */
    int set;  /* index of the set of RE_SET */
    int min;
    int max;  /* -1: no limit */
    int text; /* offset of the text to expect in `texts`, -1 for none */
} mpc_re_node;

struct mpc_regex {
    mpc_re_node *nodes;
    int root;
    int node_count;
    int node_capacity;
    mpc_set *sets;
    int set_count;
    int set_capacity;
    char *texts; /* what to expect, one terminated string after another */
    int text_count;
    int text_capacity;
};

#endif
