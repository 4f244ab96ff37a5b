package daemon

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"sluice/cmd/internal/control"
	"sluice/config"
	"sluice/publisher/topic"
	"sluice/storage"
	"sluice/storage/story"
)

// FewestExamples is how many examples of each kind a topic learns from at
// least. Of fewer nobody can say what a score is worth.
const FewestExamples = 30

// learnGap is how long after a new example topics are taught, so that many
// labels in a row cost one lesson.
const learnGap = 5 * time.Second

// Teach returns the generation with what its topics learned of the examples in
// a store. A topic whose examples changed learns anew, and its model is stored:
// it judges what comes from now on.
func Teach(ctx context.Context, g *Generation, store storage.Store) (*Generation, error) {
	return taught(ctx, g, ownReading{store}, store.SaveModel)
}

// Taught is Teach that changes nothing: topics go by the models that a store
// has.
func Taught(ctx context.Context, g *Generation, store control.Reading) (*Generation, error) {
	return taught(ctx, g, store, nil)
}

func taught(ctx context.Context, g *Generation, store control.Reading, save func(context.Context, storage.Model) (uint64, error)) (*Generation, error) {
	if g.Topics == nil || !g.Topics.Learns() {
		return g, nil
	}
	states, err := store.Topics(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking what topics learned: %w", err)
	}
	models, err := store.Models(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking what topics learned: %w", err)
	}
	lessons := make(map[string]topic.Lesson)
	for _, t := range g.Config.Topics {
		state, ok := stateOf(t, states)
		if !ok || t.Learn == nil {
			continue
		}
		lesson := topic.Lesson{Since: state.Since}
		model := modelOf(state.Name, models)
		enough := Enough(state.Labels)
		if enough && save != nil && !known(model, basisOf(t, state.Labels)) {
			if model, err = learn(ctx, t, state, store, save); err != nil {
				return nil, fmt.Errorf("topic %s: learning: %w", t.Name, err)
			}
		}
		if m, err := topic.ReadModel(model.Data); err == nil && enough {
			lesson.Model = m
		}
		lesson.Number = model.Number
		lessons[t.Name] = lesson
	}
	next := *g
	next.Topics = g.Topics.Taught(lessons)
	return &next, nil
}

// stateOf finds what a store has of a topic, under its name or an earlier one.
func stateOf(t config.Topic, states []storage.TopicState) (storage.TopicState, bool) {
	for _, name := range append([]string{t.Name}, t.Formerly...) {
		for _, s := range states {
			if s.Name == name {
				return s, true
			}
		}
	}
	return storage.TopicState{}, false
}

func modelOf(name string, models []storage.Model) storage.Model {
	for _, m := range models {
		if m.Topic == name {
			return m
		}
	}
	return storage.Model{Topic: name}
}

// Enough reports whether a topic can learn of its examples.
func Enough(l storage.Labels) bool { return l.Yes >= FewestExamples && l.No >= FewestExamples }

// known reports whether a model was made of basis, and can be read.
func known(m storage.Model, basis storage.ID) bool {
	if m.Number == 0 || m.Basis != basis {
		return false
	}
	_, err := topic.ReadModel(m.Data)
	return err == nil
}

// basisOf hashes all that a topic's model is made of.
func basisOf(t config.Topic, l storage.Labels) storage.ID {
	return storage.ID(story.Hash("model", strconv.FormatUint(l.Revision, 10), strconv.FormatFloat(t.Learn.Precision, 'g', -1, 64)))
}

// learn makes and stores the topic's next model.
func learn(ctx context.Context, t config.Topic, state storage.TopicState, store control.Reading, save func(context.Context, storage.Model) (uint64, error)) (storage.Model, error) {
	labels, err := store.Labels(ctx, state.Name)
	if err != nil {
		return storage.Model{}, err
	}
	s := NewStudy(labels)
	threshold := topic.ForPrecision(s.Scores, s.Yes, t.Learn.Precision)
	model := storage.Model{
		Topic: state.Name, Basis: basisOf(t, state.Labels),
		Data: s.course.Learn(s.Yes).At(threshold).Bytes(),
	}
	model.Number, err = save(ctx, model)
	return model, err
}

// A Study is a topic's examples with the scores that they get from models which
// have not seen them.
type Study struct {
	Labels []storage.Label // those that are yes first
	Yes    []bool
	Scores []float64

	course *topic.Course
}

// NewStudy takes examples in order of their ids, so that the same ones always
// teach the same. There must be some of each kind.
func NewStudy(labels []storage.Label) *Study {
	s := &Study{}
	var items []*storage.Item
	// Cutting what is sorted by kind into folds gives each its share of both.
	for _, yes := range []bool{true, false} {
		for i := range labels {
			if labels[i].Yes == yes {
				s.Labels, s.Yes = append(s.Labels, labels[i]), append(s.Yes, yes)
				items = append(items, &labels[i].Item)
			}
		}
	}
	s.course = topic.NewCourse(items)
	s.course.Fold()
	s.Scores = s.course.Score(s.Yes)
	return s
}

// Learning says of each topic that learns, in a line, how it stands, by what a
// store has of the topics.
func (g *Generation) Learning(states []storage.TopicState) []string {
	var lines []string
	lessons := g.Topics.Lessons()
	for _, t := range g.Config.Topics {
		if lesson, ok := lessons[t.Name]; ok && !t.Gone {
			state, _ := stateOf(t, states)
			lines = append(lines, "topic "+t.Name+" "+learned(state.Labels, lesson))
		}
	}
	return lines
}

// learned says how a topic stands.
func learned(l storage.Labels, lesson topic.Lesson) string {
	examples := fmt.Sprintf("%d yes and %d no", l.Yes, l.No)
	switch {
	case !Enough(l):
		return fmt.Sprintf("learns nothing yet: it has %s as examples and needs %d of each; give them by 'sluice label'", examples, FewestExamples)
	case lesson.Model == nil:
		return fmt.Sprintf("has %s as examples and learns of them at the next fetch or reload", examples)
	case math.IsInf(lesson.Model.Threshold(), 1):
		return fmt.Sprintf("takes nothing by model %d: of %s no score is right as often as wanted; give more examples, or lower precision", lesson.Number, examples)
	}
	return fmt.Sprintf("takes what scores %.2f or more by model %d, learned of %s", lesson.Model.Threshold(), lesson.Number, examples)
}
