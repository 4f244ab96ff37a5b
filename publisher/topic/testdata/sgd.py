#!/usr/bin/env python3
"""The figures that learned_test.go holds ours against: scikit-learn's SGD
logistic regression on TF-IDF, learned from every other labelled item and tried
on the rest.

  sgd.py CORPUS    the folder that holds dedupe and topics

Needs Debian's python3-sklearn. The bar is the best of each set's lines.
"""
import collections, gzip, json, os, re, sys
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier

def rows(*path):
    path = os.path.join(sys.argv[1], *path)
    with (gzip.open if path.endswith('gz') else open)(path, 'rt', encoding='utf-8') as f:
        return [json.loads(line) for line in f if line.strip()]

SETS = {
    'bbc': ('topics/bbc.items.jsonl', dict(ngram_range=(1, 2))),
    'agnews': ('dedupe/agnews.items.jsonl', dict(ngram_range=(1, 2))),
    'gnad': ('topics/gnad.items.jsonl', dict(ngram_range=(1, 2))),
    'thucnews': ('topics/thucnews.items.jsonl', dict(analyzer='char', ngram_range=(1, 2))),
    'reuters': ('dedupe/reuters.items.jsonl.gz', dict(ngram_range=(1, 1))),
}
for name, (items, grams) in SETS.items():
    text = {x['id']: x['title'] + ' ' + re.sub('<[^>]*>', ' ', x['html']) for x in rows(items)}
    gold = [g for g in rows('topics', name + '.gold.jsonl') if g.get('split', 'train') == 'train']
    X, Y = [text[g['id']] for g in gold], [g['topics'] for g in gold]
    for sublinear in (False, True):
        tfidf = TfidfVectorizer(sublinear_tf=sublinear, **grams)
        A, B = tfidf.fit_transform(X[0::2]), tfidf.transform(X[1::2])
        for seed in (0, 1, 2):
            learn = lambda y: SGDClassifier(loss='log_loss', max_iter=5, tol=None, random_state=seed).fit(A, y).predict(B)
            if name != 'reuters':
                score = (learn([y[0] for y in Y[0::2]]) == np.array([y[0] for y in Y[1::2]])).mean()
            else:
                tp = wrong = 0
                for topic, _ in collections.Counter(t for y in Y for t in y).most_common(10):
                    got, want = learn([topic in y for y in Y[0::2]]), np.array([topic in y for y in Y[1::2]])
                    tp, wrong = tp + (got & want).sum(), wrong + (got ^ want).sum()
                score = 2 * tp / (2 * tp + wrong)
            print('%-8s sublinear %-5s seed %d  %.4f' % (name, sublinear, seed, score), flush=True)
