/* Whole programs: whatever bytes come, every statement ends in a result or an error,
 * within small limits; as text, JSON or TAP, at a prompt or in grading (the first byte
 * decides). */
#include <stdint.h>

#include "nabla.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void discard(void *context, nabla_stream stream, const char *bytes, size_t length)
{
    (void)context;
    (void)stream;
    (void)bytes;
    (void)length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    nabla *n = nabla_open(&(nabla_options){.write = discard,
                                           .json = data[0] & 1,
                                           .unicode = data[0] & 2,
                                           .tap = data[0] & 8,
                                           .keep_going = true,
                                           .sandbox = true, /* it must write no files */
                                           .memory_budget = 64 << 20,
                                           .time_budget = 2});
    static const char reference[] = "x = [1, 2]; L = sum(x.^2); g = ∂L/∂x";
    if (data[0] & 16) {
        nabla_run(n, "ref.ad", reference, sizeof reference - 1);
        nabla_choose(n, NABLA_ANSWERS);
    }
    if (data[0] & 4)
        nabla_type(n, (const char *)data + 1, size - 1);
    else
        nabla_run(n, "fuzz.ad", (const char *)data + 1, size - 1);
    nabla_finish(n);
    nabla_close(n);
    return 0;
}
