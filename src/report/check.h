/* Renderers of checks: a gradient against differences, a claim against the right value.
 */
#ifndef NABLA_REPORT_CHECK_H
#define NABLA_REPORT_CHECK_H

#include "report/style.h"
#include "trace/claim.h"
#include "trace/gradcheck.h"

void report_gradcheck_text(text_buffer *t, const style *s, const gradcheck *shown);
void report_gradcheck_json(text_buffer *t, const gradcheck *shown);

void report_claim_text(text_buffer *t, const style *s, const claim_check *shown);
void report_claim_json(text_buffer *t, const claim_check *shown);

/* What a gradient differs in, on a line. */
const char *report_gradcheck_detail(arena *a, const style *s, const gradcheck *shown);

/* The verdict on a claim in a sentence, without its mark: "to the 2 digits written",
 * "yours -0.065, right -0.130377". */
const char *report_claim_verdict(arena *a, const style *s, const claim_check *c);

/* What is wrong with it, in another one; NULL where the numbers say it all. */
const char *report_claim_reason(arena *a, const style *s, const claim_check *c);

/* Entry `i` of the claim, and the right one or the hint in its place. */
void report_claim_entry(arena *a, const style *s, const claim_check *c, size_t i,
                        const char *texts[2]);

/* Whether there are entries that differ to be listed. */
bool report_claim_has_entries(const claim_check *c);

/* Both sentences on a line, and the first entries that differ. */
const char *report_claim_detail(arena *a, const style *s, const claim_check *c);

/* Two numbers that differ with as many digits as it takes to see that. */
void report_distinct(arena *a, const style *s, double mine, double its,
                     const char *texts[2]);

#endif
