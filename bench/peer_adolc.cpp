/* ADOL-C: operator overloading that writes a tape. Variant 0 of the chain writes the tape
 * and runs it backward, variant 1 runs it again, forward and backward. */
#include <cmath>
#include <vector>

#include <adolc/adolc.h>

#include "chain.h"
#include "networks.h"
#include "side.h"

namespace {

typedef std::vector<double> numbers;
typedef std::vector<adouble> variables;

numbers filled(size_t n, int stream, double scale)
{
    numbers out(n);
    side_fill(out.data(), n, stream, scale);
    return out;
}

/* What all states have: a tape of a function of `inputs`, and its gradient. */
struct taped {
    numbers inputs, gradient;
    double value;
    size_t operations; /* about: buffers that hold the whole tape keep it out of files */
    virtual ~taped() = default;
    virtual adouble compute(const variables &x) = 0;

    void record()
    {
        size_t room = 5 * operations + 1000;
        variables x(inputs.size());
        trace_on(0, 1, room, room, room, room);
        for (size_t i = 0; i < inputs.size(); i++)
            x[i] <<= inputs[i];
        adouble out = compute(x);
        out >>= value;
        trace_off();
    }

    void backward()
    {
        double one = 1;
        gradient.resize(inputs.size());
        fos_reverse(0, 1, (int)inputs.size(), &one, gradient.data());
    }

    void again()
    {
        zos_forward(0, 1, (int)inputs.size(), 1, inputs.data(), &value);
        backward();
    }
};

struct chain : taped {
    size_t steps;
    bool kept;

    adouble compute(const variables &x) override
    {
        adouble a = x[0], b = x[1], c = x[2], total = a + b + c;
        for (size_t i = 0; i < steps; i++) {
            adouble next = cos(c) * b + 0.5 * a;
            total += next;
            a = b;
            b = c;
            c = next;
        }
        return total;
    }
};

void *chain_open(size_t n, size_t variant)
{
    chain *c = new chain;
    c->inputs.assign(chain_inputs, chain_inputs + CHAIN_INPUTS);
    c->steps = n / CHAIN_OPERATIONS;
    c->operations = n;
    c->kept = variant == 1;
    if (c->kept)
        c->record();
    return c;
}

void chain_run(void *state)
{
    chain *c = static_cast<chain *>(state);
    if (c->kept) {
        c->again();
        return;
    }
    c->record();
    c->backward();
}

double chain_check(void *state)
{
    const chain *c = static_cast<const chain *>(state);
    return c->value + side_weigh(c->gradient.data(), CHAIN_INPUTS);
}

struct network : taped {
    numbers x, y;

    adouble compute(const variables &at) override
    {
        const size_t hidden = SMALL_HIDDEN;
        const adouble *w1 = at.data(), *b1 = w1 + SMALL_INPUTS * hidden;
        const adouble *w2 = b1 + hidden, *b2 = w2 + hidden * hidden;
        const adouble *w3 = b2 + hidden, *b3 = w3 + hidden;
        adouble loss = 0;
        variables first(hidden), second(hidden);
        for (size_t i = 0; i < SMALL_SAMPLES; i++) {
            for (size_t j = 0; j < hidden; j++)
                first[j] = tanh(b1[j] + x[2 * i] * w1[j] + x[2 * i + 1] * w1[hidden + j]);
            adouble out = *b3;
            for (size_t j = 0; j < hidden; j++) {
                adouble sum = b2[j];
                for (size_t k = 0; k < hidden; k++)
                    sum += first[k] * w2[k * hidden + j];
                second[j] = tanh(sum);
                out += second[j] * w3[j];
            }
            loss += (out - y[i]) * (out - y[i]) / (double)SMALL_SAMPLES;
        }
        return loss;
    }
};

void *network_open(size_t, size_t)
{
    network *net = new network;
    net->x = filled(SMALL_SAMPLES * SMALL_INPUTS, 0, 1);
    net->y = filled(SMALL_SAMPLES, 1, 1);
    const size_t sizes[] = {SMALL_INPUTS * SMALL_HIDDEN, SMALL_HIDDEN,
                            SMALL_HIDDEN * SMALL_HIDDEN, SMALL_HIDDEN, SMALL_HIDDEN, 1};
    for (int i = 0; i < 6; i++) {
        numbers part = filled(sizes[i], 2 + i, 0.5);
        net->inputs.insert(net->inputs.end(), part.begin(), part.end());
    }
    net->operations = SMALL_SAMPLES * 1000;
    net->record();
    return net;
}

void network_run(void *state)
{
    network *net = static_cast<network *>(state);
    net->again();
    for (size_t i = 0; i < net->inputs.size(); i++)
        net->inputs[i] -= 0.1 * net->gradient[i];
}

double network_check(void *state)
{
    const network *net = static_cast<const network *>(state);
    const size_t sizes[] = {SMALL_INPUTS * SMALL_HIDDEN, SMALL_HIDDEN,
                            SMALL_HIDDEN * SMALL_HIDDEN, SMALL_HIDDEN, SMALL_HIDDEN, 1};
    double sum = net->value;
    const double *part = net->gradient.data();
    for (size_t size : sizes) {
        sum += side_weigh(part, size);
        part += size;
    }
    return sum;
}

template <typename state> void close_state(void *opened)
{
    delete static_cast<state *>(opened);
}

} // namespace

int main()
{
    const workload all[] = {
        {"chain", chain_open, chain_run, chain_check, close_state<chain>},
        {"small-network", network_open, network_run, network_check, close_state<network>},
    };
    return side_main("ADOL-C", all, 2);
}
